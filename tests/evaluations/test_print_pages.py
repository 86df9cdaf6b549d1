"""Asking for grids on paper, watching them being drawn, fetching them: one's own alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from candidates.models import Enrolment
from documents.jobs import JobState
from evaluations.models import GridJob
from organisations.models import Membership
from tests.builders import evaluations as build
from tests.builders.candidates import make_cohort, make_enrolment
from tests.builders.organisations import (
    make_admin,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_training_organisation,
)
from tests.builders.printing import PDF, REQUESTED_AT, make_drawn_job, make_grid_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make_cohort(organisation=make_training_organisation(), name="Lyon, rentrée 2020")


@pytest.fixture
def enrolment(cohort):
    return make_enrolment(cohort=cohort)


@pytest.fixture
def member(client, cohort, enrolment):
    member = make_training_member(cohort.training_organisation)
    client.force_login(member)
    return member


def of_cohort(cohort):
    return reverse("evaluations:print_cohort", args=[cohort.pk])


def of_candidate(enrolment):
    return reverse("evaluations:print_candidate", args=[enrolment.reference])


def page_of(job):
    return reverse("evaluations:grid_job", args=[job.pk])


def file_of(job):
    return reverse("evaluations:grid_job_file", args=[job.pk])


def read(response):
    return response.content.decode()


def test_a_member_prints_a_cohort(client, member, cohort, enrolment):
    page = read(client.get(of_cohort(cohort)))
    response = client.post(of_cohort(cohort), {"content": "blank"})

    job = GridJob.objects.get()
    assert "organisme de formation" in page
    assert "référent en entreprise" not in page
    assert response.url == page_of(job)
    assert (job.cohort, job.requested_by, job.content) == (cohort, member, "blank")


@pytest.mark.parametrize("channel", ["company", "panel"])
def test_others_print_their_own_channel(client, cohort, enrolment, channel):
    person = build.assign(enrolment) if channel == "panel" else enrolment.referent
    client.force_login(person)

    for path in (of_cohort(cohort), of_candidate(enrolment)):
        assert client.get(path).status_code == 200
        client.post(path, {"content": "filled"})

    assert [sheet.channels for job in GridJob.objects.all() for sheet in job.sheets.all()] == [[channel], [channel]]


def test_an_admin_prints_all_channels(client, cohort, enrolment):
    client.force_login(make_admin())

    assert "référent en entreprise, commission d’évaluation" in read(client.get(of_candidate(enrolment)))


@pytest.mark.parametrize("make", [make_training_member, make_referent, make_panel_assessor])
def test_to_others_nothing_is_there(client, cohort, enrolment, make):
    client.force_login(make())

    paths = (of_cohort(cohort), of_candidate(enrolment), reverse("evaluations:print_cohort", args=[999_999]))
    answers = {getattr(client, method)(path).status_code for method in ("get", "post") for path in paths}

    assert answers == {404}
    assert not GridJob.objects.exists()


def test_a_cohort_without_candidates_says_so(client, member, cohort):
    empty = make_cohort(organisation=cohort.training_organisation)

    page = client.get(of_cohort(empty))
    refused = client.post(of_cohort(empty), {"content": "blank"}, follow=True)

    assert "Aucune de vos évaluations n’est à imprimer ici." in read(page)
    assert "rien à imprimer" in read(refused)


def test_what_is_neither_blank_nor_filled_is_refused(client, member, cohort):
    response = client.post(of_cohort(cohort), {"content": "everything"}, follow=True)

    assert "vierges ou remplies" in read(response)
    assert not GridJob.objects.exists()


def test_it_shows_how_far_the_job_has_come(client, member, cohort, enrolment):
    job = make_grid_job(member, cohort, enrolment, total=40, done=12)
    fragment = reverse("evaluations:grid_job_progress", args=[job.pk])

    page, part = read(client.get(page_of(job))), read(client.get(fragment))

    assert "12 sur 40" in part
    assert f'hx-get="{fragment}" hx-trigger="every 2s"' in page
    assert "<html" not in part
    assert "Télécharger" not in page


def test_a_job_that_is_done_asks_no_more_and_gives_its_file(client, member, cohort, enrolment):
    job = make_drawn_job(member, cohort, enrolment)

    page = read(client.get(page_of(job)))
    response = client.get(file_of(job))

    assert "hx-trigger" not in page
    assert file_of(job) in page
    assert response.content == PDF
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_failure_is_said(client, member, cohort, enrolment):
    job = make_grid_job(
        member,
        cohort,
        enrolment,
        state=JobState.FAILED,
        finished_at=REQUESTED_AT,
        failure="Dossier 2020-000001 : trop.",
    )

    assert "Dossier 2020-000001 : trop." in read(client.get(page_of(job)))
    assert client.get(file_of(job)).url == page_of(job)


def test_nobody_else_reads_it_not_even_a_colleague_or_an_admin(client, member, cohort, enrolment):
    job = make_drawn_job(member, cohort, enrolment)

    for other in (make_training_member(cohort.training_organisation), make_admin()):
        client.force_login(other)
        paths = (page_of(job), reverse("evaluations:grid_job_progress", args=[job.pk]), file_of(job))

        assert {client.get(path).status_code for path in paths} == {404}


def test_rights_are_asked_again_when_it_is_fetched(client, member, cohort, enrolment):
    another = make_enrolment(cohort=cohort)
    job = make_drawn_job(member, cohort, enrolment, another)
    elsewhere = make_training_organisation()
    Enrolment.objects.filter(pk=another.pk).update(training_organisation=elsewhere, cohort=None)

    response = client.get(file_of(job), follow=True)

    assert response.content != PDF
    assert "Vos droits ont changé" in read(response)


def test_whoever_prints_nothing_of_it_any_more_finds_nothing(client, member, cohort, enrolment):
    job = make_drawn_job(member, cohort, enrolment)
    Membership.objects.filter(user=member).update(training_organisation=make_training_organisation())

    for path in (page_of(job), reverse("evaluations:grid_job_progress", args=[job.pk]), file_of(job)):
        assert client.get(path).status_code == 404


def test_the_last_jobs_are_found_again(client, member, cohort, enrolment):
    jobs = [make_drawn_job(member, cohort, enrolment) for _ in range(7)]
    make_drawn_job(make_admin(), cohort, enrolment)

    page = read(client.get(of_cohort(cohort)))

    assert [page_of(job) in page for job in jobs] == [False, False, True, True, True, True, True]


def test_thirty_candidates_cost_as_many_queries_as_one(client, member, cohort, django_assert_num_queries):
    client.get(of_cohort(cohort))
    with CaptureQueriesContext(connection) as few:
        client.get(of_cohort(cohort))
    for _ in range(29):
        make_enrolment(cohort=cohort)

    with django_assert_num_queries(len(few)):
        client.get(of_cohort(cohort))


def test_the_matrix_leads_there(client, member, cohort, enrolment):
    matrix = reverse("evaluations:matrix")

    everybody, narrowed = read(client.get(matrix)), read(client.get(matrix, {"cohort": cohort.pk}))

    assert of_candidate(enrolment) in everybody
    assert of_cohort(cohort) not in everybody
    assert of_cohort(cohort) in narrowed
