"""Issuing in a batch: what it would give, what is asked for, item by item, and the pages that show it."""

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates import drawing, periodic, tasks
from certificates.dry_run import dry_run
from certificates.enums import CertificateState, ItemState, JobState, PaperKind
from certificates.models import Certificate, IssuingItem, IssuingJob, NumberCounter
from certificates.pipeline import to_issue
from certificates.services import Wanted, issue_certificate, issue_next, request_issuing
from certificates.services import jobs as job_services
from certificates.services.refusals import NothingToIssue
from journal.models import Entry
from tests.builders.candidates import make_candidate
from tests.builders.certificates import ISSUED_AT, make_holder
from tests.builders.organisations import make_admin, make_training_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_admin()


def wanted(*enrolments):
    return [Wanted(enrolment) for enrolment in enrolments]


def run(job):
    while issue_next(job.pk, at=ISSUED_AT):
        pass
    job.refresh_from_db()
    return job


def test_the_dry_run_foretells_what_issuing_gives_and_writes_nothing(admin):
    holders = [make_holder() for _ in range(3)]
    incomplete = make_holder(["BC1"])
    chinese = make_holder(candidate=make_candidate(birth_name="龍"))

    foretold = dry_run([*holders, incomplete, chinese], PaperKind.CERTIFICATE, on=ISSUED_AT.date())

    assert [line.enrolment for line in foretold.ready] == holders
    assert [line.enrolment for line in foretold.refused] == [incomplete]
    assert [line.enrolment for line in foretold.lacking] == [chinese]
    assert "龍" in foretold.lacking[0].lacks[0]
    assert (foretold.first_number, foretold.last_number) == ("CQP-2021-000001", "CQP-2021-000003")
    assert not Certificate.objects.exists()
    assert not NumberCounter.objects.exists()
    job = run(request_issuing(wanted(*holders), by=admin, at=ISSUED_AT))
    assert sorted(Certificate.objects.values_list("number", flat=True))[-1] == foretold.last_number
    assert job.state == JobState.DONE


def test_the_dry_run_tells_that_nobody_may_sign():
    enrolment = make_holder(presided=False)

    foretold = dry_run([enrolment], PaperKind.CERTIFICATE, on=ISSUED_AT.date())

    assert "présidence" in foretold.lacking[0].lacks[0]


def test_statements_are_foretold_block_by_block():
    enrolment = make_holder(["BC1", "BC6"])

    foretold = dry_run([enrolment], PaperKind.BLOCK_STATEMENT, on=ISSUED_AT.date())

    assert [line.value for line in foretold.ready] == [f"{enrolment.reference}/BC1", f"{enrolment.reference}/BC6"]
    assert foretold.first_number == "BLOC-2021-000001"


@pytest.mark.parametrize("kind", PaperKind)
def test_thirty_dossiers_are_foretold_in_as_many_queries_as_three(kind):
    def foretell():
        with CaptureQueriesContext(connection) as queries:
            foretold = dry_run(to_issue(), kind, on=ISSUED_AT.date())
        return len(foretold.ready), len(queries)

    for _ in range(3):
        make_holder()
    foretell()  # a version in use is read once
    few, asked_of_few = foretell()
    for _ in range(27):
        make_holder()
    many, asked_of_many = foretell()

    assert (many, asked_of_many) == (10 * few, asked_of_few)
    assert asked_of_many <= 12


def test_a_job_issues_in_its_order_and_a_refused_item_takes_no_number(admin):
    first, refused, last = make_holder(), make_holder(["BC1"]), make_holder()

    job = run(request_issuing(wanted(first, refused, last), by=admin, at=ISSUED_AT))

    items = list(job.items.order_by("position"))
    assert [item.state for item in items] == [ItemState.ISSUED, ItemState.REFUSED, ItemState.ISSUED]
    assert [item.certificate and item.certificate.sequence for item in items] == [1, None, 2]
    assert items[1].refusal
    assert job.finished_at == ISSUED_AT
    assert NumberCounter.objects.get().last == 2


def test_nobody_presiding_refuses_the_item_and_gives_its_number_back(admin):
    enrolment = make_holder(presided=False)

    job = run(request_issuing(wanted(enrolment), by=admin, at=ISSUED_AT))

    assert "présidence" in job.items.get().refusal
    assert not NumberCounter.objects.filter(last__gt=0).exists()


def test_a_job_issues_statements_too(admin):
    enrolment = make_holder(["BC2"])
    block = enrolment.version.blocks.get(code="BC2")

    run(request_issuing([Wanted(enrolment, block)], by=admin, at=ISSUED_AT))

    assert Certificate.objects.get().number == "BLOC-2021-000001"


def test_each_is_judged_again_when_its_turn_comes(admin):
    """PATTERNS F03, F04: whatever was true when the job was asked for."""
    enrolment = make_holder()
    job = request_issuing(wanted(enrolment), by=admin, at=ISSUED_AT)
    issue_certificate(enrolment, by=admin, at=ISSUED_AT)

    run(job)

    assert job.items.get().state == ItemState.REFUSED
    assert Certificate.objects.count() == 1


def test_asked_for_twice_it_is_one_job(admin):
    holders = [make_holder(), make_holder()]
    first = request_issuing(wanted(*holders), by=admin, at=ISSUED_AT)

    assert request_issuing(wanted(*holders), by=admin, at=ISSUED_AT) == first
    assert IssuingItem.objects.count() == 2


def test_nothing_selected_is_refused(admin):
    with pytest.raises(NothingToIssue):
        request_issuing([], by=admin, at=ISSUED_AT)


def test_the_journal_tells_of_the_job_without_personal_data(admin):
    enrolment, refused = make_holder(), make_holder([])

    job = run(request_issuing(wanted(enrolment, refused), by=admin, at=ISSUED_AT))

    entries = {entry.action: entry for entry in Entry.objects.filter(subject=job.subject)}
    assert entries["issuing_job.requested"].after["certificates"] == [enrolment.reference, refused.reference]
    assert entries["issuing_job.finished"].after == {"issued": 1, "refused": 1}
    assert Entry.objects.get(action="issuing_item.refused").subject == refused.subject
    assert enrolment.candidate.birth_name not in str([entry.after for entry in entries.values()])


def test_a_worker_that_dies_on_an_item_leaves_nothing_of_it(admin, monkeypatch):
    enrolment = make_holder()
    job = request_issuing(wanted(enrolment), by=admin, at=ISSUED_AT)
    with monkeypatch.context() as dying:
        dying.setattr(IssuingItem, "save", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            issue_next(job.pk, at=ISSUED_AT)
    assert not Certificate.objects.exists()

    run(job)

    assert job.items.get().certificate.sequence == 1


def test_an_item_that_kills_its_workers_ends_refused_and_the_rest_goes_on(admin, monkeypatch):
    deadly, other = make_holder(), make_holder()
    job = request_issuing(wanted(deadly, other), by=admin, at=ISSUED_AT)
    issued = job_services.issued_certificate

    def die(enrolment, **kwargs):
        return 1 / 0 if enrolment == deadly else issued(enrolment, **kwargs)

    monkeypatch.setattr(job_services, "issued_certificate", die)
    for _ in range(job_services.ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            issue_next(job.pk, at=ISSUED_AT)

    run(job)

    assert job.items.get(position=1).refusal == job_services.INTERRUPTED
    assert Certificate.objects.get().enrolment == other


def test_the_sweep_wakes_a_job_whose_message_was_lost(admin, time_machine, django_capture_on_commit_callbacks):
    job = request_issuing(wanted(make_holder()), by=admin, at=ISSUED_AT)
    time_machine.move_to(ISSUED_AT.replace(minute=5))

    with django_capture_on_commit_callbacks(execute=True):
        periodic.issue_forgotten_items()

    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert Certificate.objects.get().state == CertificateState.PUBLISHED


def test_the_sweep_leaves_a_job_that_moves(admin, time_machine):
    job = request_issuing(wanted(make_holder()), by=admin, at=ISSUED_AT)
    time_machine.move_to(ISSUED_AT.replace(second=30))

    periodic.issue_forgotten_items()

    assert job.items.get().state == ItemState.WAITING


def test_asking_wakes_the_workers_once_committed(admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = request_issuing(wanted(make_holder(), make_holder()), by=admin, at=ISSUED_AT)

    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert Certificate.objects.filter(state=CertificateState.PUBLISHED).count() == 2


def test_the_wake_up_names_a_task_that_exists():
    assert tasks.current_app.tasks["certificates.periodic.issue_items"]


def test_an_item_without_its_certificate_is_not_issued(admin):
    job = request_issuing(wanted(make_holder()), by=admin, at=ISSUED_AT)

    with pytest.raises(IntegrityError):
        job.items.update(state=ItemState.ISSUED)


# Pages


@pytest.fixture
def signed_in(client, admin):
    client.force_login(admin)
    return client


def test_the_page_before_issuing_says_who_which_numbers_and_who_not(signed_in, time_machine):
    time_machine.move_to(ISSUED_AT)
    holder = make_holder()

    page = signed_in.get(reverse("certificates:dry_run")).content.decode()

    assert str(holder.candidate) in page
    assert "CQP-2021-000001" in page
    assert "Délivrer 1" in page


def test_issuing_from_the_page_leads_to_the_job(signed_in, time_machine):
    time_machine.move_to(ISSUED_AT)
    holder = make_holder()

    answer = signed_in.post(reverse("certificates:dry_run"), {"line": [holder.reference]})

    job = IssuingJob.objects.get()
    assert answer.url == reverse("certificates:job", args=[job.pk])
    assert job.items.get().enrolment == holder


def test_a_line_that_names_nothing_is_nobody_s_paper(signed_in):
    holder = make_holder()

    signed_in.post(reverse("certificates:dry_run"), {"line": ["INCONNU", f"{holder.reference}/BC99", "//"]})

    assert not IssuingJob.objects.exists()


def test_the_job_says_how_far_it_has_come_then_what_was_refused(signed_in, admin):
    holder, refused = make_holder(), make_holder(["BC1"])
    job = request_issuing(wanted(holder, refused), by=admin, at=ISSUED_AT)
    address = reverse("certificates:job", args=[job.pk])
    waiting = signed_in.get(address).content.decode()
    run(job)
    drawing.draw_certificate(Certificate.objects.get().pk, at=ISSUED_AT)

    settled = signed_in.get(address).content.decode()

    assert "every 2s" in waiting
    assert "every 2s" not in settled
    assert job.items.get(position=2).refusal in settled.replace("&#x27;", "'")
    assert Certificate.objects.get().number in settled


def test_a_paper_that_cannot_be_drawn_ends_the_waiting_and_says_why(signed_in, admin):
    job = run(request_issuing(wanted(make_holder(candidate=make_candidate(birth_name="龍"))), by=admin, at=ISSUED_AT))
    drawing.draw_certificate(Certificate.objects.get().pk, at=ISSUED_AT)

    page = signed_in.get(reverse("certificates:job_progress", args=[job.pk])).content.decode()

    assert "龍" in page
    assert "every 2s" not in page


@pytest.mark.parametrize("address", ["to_issue", "dry_run", "stop"])
def test_a_trainer_does_not_issue(client, address):
    client.force_login(make_training_member())

    assert client.get(reverse(f"certificates:{address}")).status_code == 403


def test_a_job_page_asks_as_many_queries_for_thirty_as_for_three(signed_in, admin, django_assert_max_num_queries):
    counts = []
    for number in (3, 30):
        job = run(request_issuing(wanted(*[make_holder() for _ in range(number)]), by=admin, at=ISSUED_AT))
        with django_assert_max_num_queries(40) as asked:
            signed_in.get(reverse("certificates:job", args=[job.pk]))
        counts.append(len(asked))

    assert counts[0] == counts[1]
