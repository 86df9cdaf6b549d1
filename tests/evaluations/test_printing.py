"""A job of paper grids: asked for once, drawn candidate by candidate, resumed after any accident, gone after a day."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError
from pypdf import PdfReader

from documents.drawing import DrawingRefused
from documents.jobs import JobState
from documents.press import INTERRUPTED
from documents.uploads import stored_names
from evaluations import printing
from evaluations.models import GridJob
from evaluations.printing import discard_outlived, draw_next
from evaluations.services import NothingToPrint, print_candidate, print_cohort
from journal.models import Entry
from organisations.models import Membership
from tests.builders import evaluations as build
from tests.builders.candidates import make_acquired_block, make_candidate, make_cohort, make_enrolment
from tests.builders.organisations import make_admin, make_training_member, make_training_organisation
from tests.builders.printing import REQUESTED_AT, make_drawn_job, make_grid_job

pytestmark = pytest.mark.django_db
AT = REQUESTED_AT
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def organisation():
    return make_training_organisation()


@pytest.fixture
def member(organisation):
    return make_training_member(organisation)


@pytest.fixture
def cohort(organisation):
    return make_cohort(organisation=organisation)


@pytest.fixture
def enrolments(cohort):
    return [make_enrolment(cohort=cohort, candidate=make_candidate(birth_name=name)) for name in ("Aubry", "Bérenger")]


@pytest.fixture
def drawings(monkeypatch):
    """The drawing itself is tested elsewhere, and slow: here each candidate takes one page that says who it is."""
    from documents.engine import draw_pages

    asked = []

    def draw_grids(enrolment, channels, content, *, at):
        asked.append((enrolment.reference, list(channels)))
        if not channels:
            return None
        html = f'<!DOCTYPE html><html lang="fr"><title>x</title><body class="grids">{enrolment.reference}</body></html>'
        return draw_pages([html], stylesheet="grid.css", title="x", created_at=at)

    monkeypatch.setattr(printing, "draw_grids", draw_grids)
    return asked


def work(job, *, at=AT):
    """As the workers would, call after call."""
    calls = 0
    while draw_next(job.pk, at=at + calls * A_MINUTE):
        calls += 1
    job.refresh_from_db()
    return calls


def content_of(job):
    with storages["uploads"].open(job.stored_name) as file:
        return file.read()


# Asking


def test_a_cohort_is_asked_for_by_name_and_by_channel(member, cohort, enrolments):
    left = make_enrolment(cohort=cohort, withdrawn_on=enrolments[0].entered_on)
    make_enrolment(organisation=cohort.training_organisation)

    job = print_cohort(cohort, "blank", by=member, at=AT)

    assert (job.state, job.done, job.total) == (JobState.WAITING, 0, 2)
    assert [(sheet.enrolment, sheet.channels) for sheet in job.sheets.order_by("position")] == [
        (enrolment, ["training"]) for enrolment in enrolments
    ]
    assert left not in [sheet.enrolment for sheet in job.sheets.all()]
    entry = Entry.objects.get(action="grids.requested")
    assert (entry.subject, entry.actor) == (job.subject, member.reference)
    assert entry.after == {"cohort": cohort.subject, "enrolment": None, "content": "blank", "candidates": 2}


def test_an_admin_prints_every_channel_of_the_plan(cohort, enrolments):
    job = print_cohort(cohort, "filled", by=make_admin(), at=AT)

    assert {tuple(sheet.channels) for sheet in job.sheets.all()} == {("training", "company", "panel")}


@pytest.mark.parametrize("service", [print_cohort, print_candidate])
def test_asking_again_gives_the_same_job_while_it_is_under_way(member, cohort, enrolments, service):
    of = cohort if service is print_cohort else enrolments[0]

    first, second = (service(of, "blank", by=member, at=AT) for _ in range(2))
    other = service(of, "filled", by=member, at=AT)

    assert first == second
    assert other != first
    assert Entry.objects.filter(action="grids.requested").count() == 2


def test_one_candidate_is_printed_even_after_they_left(member, cohort):
    gone = make_enrolment(cohort=cohort, withdrawn_on=make_enrolment().entered_on)

    job = print_candidate(gone, "filled", by=member, at=AT)

    assert (job.enrolment, job.total) == (gone, 1)


@pytest.mark.parametrize("service", [print_cohort, print_candidate])
def test_nobody_prints_what_is_not_theirs(cohort, enrolments, service):
    of = cohort if service is print_cohort else enrolments[0]

    with pytest.raises(NothingToPrint):
        service(of, "blank", by=make_training_member(), at=AT)

    assert not GridJob.objects.exists()


def test_the_workers_are_told(member, cohort, enrolments, drawings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = print_cohort(cohort, "blank", by=member, at=AT)

    job.refresh_from_db()
    assert job.state == JobState.DONE


# Drawing


def test_each_call_draws_one_candidate_and_the_last_makes_the_file(member, cohort, enrolments, drawings):
    job = print_cohort(cohort, "blank", by=member, at=AT)
    states = []
    while draw_next(job.pk, at=AT + len(states) * A_MINUTE):
        job.refresh_from_db()
        states.append((job.state, job.done))

    job.refresh_from_db()
    assert states == [(JobState.WAITING, 1), (JobState.WAITING, 2)]
    assert drawings == [(enrolment.reference, ["training"]) for enrolment in enrolments]
    assert (job.state, job.done, job.pages, job.finished_at) == (JobState.DONE, 2, 2, AT + 2 * A_MINUTE)
    pages = [page.extract_text().split()[0] for page in PdfReader(BytesIO(content_of(job))).pages]
    assert pages == [enrolment.reference for enrolment in enrolments]
    assert not job.sheets.exclude(content=None).exists()


def test_a_job_that_is_over_is_left_alone(member, cohort, enrolments, drawings):
    job = print_cohort(cohort, "blank", by=member, at=AT)
    work(job)
    stored, before = list(stored_names(GridJob.FOLDER, before=datetime.now(UTC) + A_MINUTE)), job.stored_name

    assert draw_next(job.pk, at=AT + timedelta(hours=1)) is False

    job.refresh_from_db()
    assert job.stored_name == before
    assert list(stored_names(GridJob.FOLDER, before=datetime.now(UTC) + A_MINUTE)) == stored


def test_a_killed_worker_loses_one_candidate_at_most(member, cohort, enrolments, drawings, monkeypatch):
    job = print_cohort(cohort, "blank", by=member, at=AT)
    draw_next(job.pk, at=AT)
    real = printing.draw_grids
    monkeypatch.setattr(printing, "draw_grids", _dies)
    with pytest.raises(MemoryError):
        draw_next(job.pk, at=AT + A_MINUTE)
    monkeypatch.setattr(printing, "draw_grids", real)

    too_soon = draw_next(job.pk, at=AT + 2 * A_MINUTE)
    work(job, at=AT + 4 * A_MINUTE)

    assert too_soon is False
    assert (job.state, job.done, job.pages) == (JobState.DONE, 2, 2)
    assert [reference for reference, _ in drawings] == [enrolment.reference for enrolment in enrolments]


def _dies(*args, **facts):
    raise MemoryError


def test_a_worker_that_dies_of_it_is_not_sent_back_for_ever(member, cohort, enrolments, monkeypatch):
    job = print_cohort(cohort, "blank", by=member, at=AT)
    monkeypatch.setattr(printing, "draw_grids", _dies)
    for attempt in range(3):
        with pytest.raises(MemoryError):
            draw_next(job.pk, at=AT + attempt * 5 * A_MINUTE)

    assert draw_next(job.pk, at=AT + 20 * A_MINUTE) is False

    job.refresh_from_db()
    assert (job.state, job.failure) == (JobState.FAILED, INTERRUPTED)


def test_a_worker_that_wakes_too_late_changes_nothing(member, cohort, enrolments, drawings, monkeypatch):
    """Another has taken the job over while this one was drawing."""
    job = print_cohort(cohort, "blank", by=member, at=AT)
    real = printing.draw_grids

    def slow(enrolment, channels, content, *, at):
        monkeypatch.setattr(printing, "draw_grids", real)
        assert draw_next(job.pk, at=AT + 5 * A_MINUTE)
        return real(enrolment, channels, content, at=at)

    monkeypatch.setattr(printing, "draw_grids", slow)

    assert draw_next(job.pk, at=AT) is False

    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.WAITING, 1)


def test_what_cannot_be_drawn_is_said_plainly(member, cohort, enrolments, monkeypatch):
    def refuse(*args, **facts):
        raise DrawingRefused(["Ce texte sort de la page."])

    job = print_cohort(cohort, "blank", by=member, at=AT)
    monkeypatch.setattr(printing, "draw_grids", refuse)

    work(job)

    assert job.state == JobState.FAILED
    assert job.failure == f"Dossier {enrolments[0].reference} : Ce texte sort de la page."


@pytest.mark.parametrize(("content", "failure"), [("filled", "NOTHING_FILLED"), ("blank", "NOTHING_LEFT")])
def test_a_file_without_pages_is_not_made(member, cohort, enrolments, content, failure):
    for enrolment in enrolments:
        for number in range(1, 8):
            make_acquired_block(enrolment.candidate, f"BC{number}")
    job = print_cohort(cohort, content, by=member, at=AT)

    work(job)

    assert (job.state, job.failure) == (JobState.FAILED, getattr(printing, failure))


def test_rights_lost_meanwhile_are_lost_on_paper_too(cohort, enrolments, drawings):
    admin = make_admin()
    build.assign(enrolments[0], admin)
    job = print_cohort(cohort, "blank", by=admin, at=AT)
    Membership.objects.filter(user=admin).update(ends_on=AT.date() - timedelta(days=1))

    work(job)

    assert job.state == JobState.FAILED
    assert {tuple(channels) for _, channels in drawings} == {()}


def test_the_real_drawing_is_what_is_kept(member, cohort, enrolments):
    build.submit(enrolments[0], "BC1", "training")
    job = print_cohort(cohort, "filled", by=member, at=AT)

    work(job)

    [page] = PdfReader(BytesIO(content_of(job))).pages
    assert (job.state, job.pages) == (JobState.DONE, 1)
    assert enrolments[0].reference in page.extract_text()


# Waiting, and leaving


def test_the_sweep_takes_up_what_was_forgotten(member, cohort, enrolments):
    forgotten = make_grid_job(member, cohort, *enrolments)
    dead = make_grid_job(member, enrolments[0], enrolments[0], state=JobState.RUNNING, claimed_at=AT)
    make_grid_job(member, enrolments[1], enrolments[1], state=JobState.RUNNING, claimed_at=AT + 9 * A_MINUTE)
    make_drawn_job(member, cohort, *enrolments)

    found = GridJob.objects.forgotten(AT + 10 * A_MINUTE, after=A_MINUTE)

    assert set(found) == {forgotten, dead}
    assert not GridJob.objects.forgotten(AT, after=A_MINUTE).exists()


def test_after_a_day_it_is_gone(member, cohort, enrolments):
    old = make_drawn_job(member, cohort, *enrolments)
    recent = make_drawn_job(member, cohort, *enrolments, requested_at=AT + timedelta(hours=2))

    assert discard_outlived(at=AT + timedelta(hours=25)) == 1

    assert list(GridJob.objects.all()) == [recent]
    assert not storages["uploads"].exists(old.stored_name)
    assert storages["uploads"].exists(recent.stored_name)


def test_a_file_that_lost_its_row_goes_too(member, cohort, enrolments):
    job = make_drawn_job(member, cohort, *enrolments)
    name = job.stored_name
    job.delete()

    discard_outlived(at=datetime.now(UTC) + timedelta(hours=25))

    assert not storages["uploads"].exists(name)


# What the database refuses


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": JobState.DONE, "finished_at": AT}, "state"),
        ({"state": JobState.FAILED, "finished_at": AT}, "state"),
        ({"stored_name": "grids/x"}, "state"),
        ({"finished_at": AT}, "state"),
        ({"done": 3}, "progress"),
    ],
)
def test_a_job_says_one_thing(member, cohort, enrolments, fields, constraint):
    with pytest.raises(IntegrityError, match=f"evaluations_gridjob_{constraint}"):
        make_grid_job(member, cohort, *enrolments, **fields)


@pytest.mark.parametrize("has_both", [True, False])
def test_a_job_is_of_a_cohort_or_of_a_candidate(member, cohort, enrolments, has_both):
    with pytest.raises(IntegrityError, match="evaluations_gridjob_subject"):
        GridJob.objects.create(
            cohort=cohort if has_both else None,
            enrolment=enrolments[0] if has_both else None,
            content="blank",
            requested_by=member,
            requested_at=AT,
            total=1,
        )


def test_one_job_at_a_time_for_one_thing(member, cohort, enrolments):
    make_grid_job(member, cohort, *enrolments)

    with pytest.raises(IntegrityError, match=r"cohort_once|cohort_id"):
        make_grid_job(member, cohort, *enrolments)
