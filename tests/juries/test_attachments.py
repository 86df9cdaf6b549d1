"""What assessors joined to their evaluations, in front of the jury."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.models import Attachment
from juries import services
from tests.builders import evaluations as entry
from tests.builders.branch import JUROR
from tests.builders.candidates import make_enrolment
from tests.builders.juries import OPENED_AT, chair_of, dossier_of, make_session, seat
from tests.builders.uploads import image, stored

pytestmark = pytest.mark.django_db


def heard(files: int = 1):
    """An open session on a dossier whose blocks carry this many files."""
    enrolment = make_enrolment()
    blocks = list(enrolment.enrolled_blocks.order_by("block__position").values_list("block__code", flat=True))
    for rank, block in enumerate(blocks):
        entry.submit(enrolment, block, "training", file=stored(f"cas-{rank}.png") if rank < files else None)
        entry.submit_all(enrolment, blocks=[block], channels=["company", "panel"])
    return enrolment, make_session([enrolment])


def page(session, enrolment) -> str:
    return reverse("juries:dossier", args=[session.reference, enrolment.reference])


def address(session, enrolment, attachment: Attachment) -> str:
    return reverse("juries:attachment", args=[session.reference, enrolment.reference, attachment.pk])


def test_a_member_reads_them_with_the_evaluation(client):
    enrolment, session = heard()
    client.force_login(seat(session, JUROR).member.user)
    path = address(session, enrolment, Attachment.objects.get())

    assert path in client.get(page(session, enrolment)).content.decode()
    answer = client.get(path)
    assert answer.content == image()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_not_once_withdrawn(client):
    enrolment, session = heard()
    juror = seat(session, JUROR)
    client.force_login(juror.member.user)

    services.declare_conflicts(juror, [services.Conflict(dossier_of(session))], by=juror.member.user, at=OPENED_AT)

    assert client.get(address(session, enrolment, Attachment.objects.get())).status_code == 404


def test_not_those_of_a_draft_nor_of_another_dossier(client):
    enrolment, session = heard()
    other = entry.submit(make_enrolment(), file=stored()).attachments.get()
    excused = entry.submit(make_enrolment(), "BC2", attendance="excused")
    draft = entry.draft(excused.enrolled_block.enrolment, "BC2", attempt=2, file=stored()).attachments.get()
    client.force_login(chair_of(session))

    assert [client.get(address(session, enrolment, file)).status_code for file in (other, draft)] == [404, 404]


def test_the_dossier_costs_the_same_for_one_file_and_for_three(client):
    def queries(files: int) -> int:
        enrolment, session = heard(files)
        client.force_login(chair_of(session))
        client.get(page(session, enrolment))
        with CaptureQueriesContext(connection) as counted:
            client.get(page(session, enrolment))
        return len(counted)

    assert queries(1) == queries(3)
