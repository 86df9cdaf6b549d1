"""Keeping drafts, submitting them, assigning the panel: what is written, what is refused, what the journal keeps."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from blocks.enums import ChannelCode
from candidates.models import Enrolment
from evaluations.content import (
    EvaluationContent,
    PartContent,
    RatingContent,
    blank_content,
    comment_field,
    content_of,
    part_field,
)
from evaluations.enums import Attendance, EntryRefusal, EvaluationState, GapCode, Opinion, PartMode, Rating
from evaluations.models import Assignment, Evaluation
from evaluations.services import (
    EntryRefused,
    EvaluationChangedMeanwhile,
    EvaluationIncomplete,
    NotAPanelAssessor,
    TypedTooMuch,
    assign_panel,
    save_draft,
    submit,
)
from journal.models import Entry
from rulebook.verdict import CheckCode
from tests.builders import evaluations as build
from tests.builders.candidates import make_acquired_block, make_enrolment
from tests.builders.organisations import make_admin, make_panel_assessor, make_referent, make_training_member

pytestmark = pytest.mark.django_db

AT = datetime(2021, 5, 17, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
HELD_ON = date(2021, 5, 10)
CANARY = "Confidentiel Vélasquez"


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment()


def full_content(enrolment: Enrolment, block: str = "BC1", channel: str = "training") -> EvaluationContent:
    blank = blank_content(build.enrolled_block(enrolment, block).block, build.channel_of(enrolment, channel))
    return replace(
        blank,
        ratings=dict.fromkeys(blank.ratings, RatingContent(Rating.ACQUIRED, "Vu en rendez-vous.")),
        parts=dict.fromkeys(blank.parts, PartContent(HELD_ON, PartMode.ON_SITE, Decimal("14.50"))),
        general_comment="Solide.",
    )


def save(enrolment: Enrolment, content=None, *, block="BC1", channel="training", revision=0, by=None, at=AT, **page):
    return save_draft(
        build.enrolled_block(enrolment, block),
        build.channel_of(enrolment, channel),
        content or full_content(enrolment, block, channel),
        expected_revision=revision,
        by=by or build.evaluator_of(enrolment, channel),
        at=at,
        **page,
    )


def give(enrolment: Enrolment, *, block="BC1", channel="training", revision=1, by=None, at=AT):
    return submit(
        build.enrolled_block(enrolment, block),
        build.channel_of(enrolment, channel),
        expected_revision=revision,
        by=by or build.evaluator_of(enrolment, channel),
        at=at,
    )


def gaps_on_submitting(enrolment: Enrolment, content: EvaluationContent, **where) -> list[tuple[GapCode, str]]:
    save(enrolment, content, **where)
    with pytest.raises(EvaluationIncomplete) as refused:
        give(enrolment, **where)
    return [(gap.code, gap.about) for gap in refused.value.gaps]


class TestSavingADraft:
    def test_it_keeps_what_was_typed(self, enrolment):
        content = full_content(enrolment)

        draft = save(enrolment, content)

        assert content_of(draft) == content
        assert (draft.state, draft.revision, draft.edited_at) == (EvaluationState.DRAFT, 1, AT)

    def test_it_keeps_an_unfinished_evaluation(self, enrolment):
        blank = blank_content(build.enrolled_block(enrolment).block, build.channel_of(enrolment))

        draft = save(enrolment, blank)

        assert content_of(draft) == blank

    def test_it_replaces_the_text_of_the_revision_that_was_shown(self, enrolment):
        save(enrolment)

        draft = save(enrolment, replace(full_content(enrolment), general_comment="Mieux."), revision=1)

        assert (draft.revision, content_of(draft).general_comment) == (2, "Mieux.")
        assert Evaluation.objects.count() == 1

    @pytest.mark.parametrize("revision", [0, 2], ids=["both thought it blank", "unknown revision"])
    def test_it_hands_back_the_stored_text_to_whoever_saw_another(self, enrolment, revision):
        stored = full_content(enrolment)
        save(enrolment, stored)

        with pytest.raises(EvaluationChangedMeanwhile) as conflict:
            save(enrolment, replace(stored, general_comment="La mienne."), revision=revision)

        assert conflict.value.content == stored
        assert conflict.value.revision == 1
        assert content_of(Evaluation.objects.get()).general_comment == "Solide."

    def test_it_is_no_decision_and_leaves_the_journal_alone(self, enrolment):
        member = build.evaluator_of(enrolment, "training")
        entries = Entry.objects.count()

        save(enrolment, full_content(enrolment), by=member)

        assert Entry.objects.count() == entries


class TestWhatIsTyped:
    """Kept as it was, even what cannot be read yet."""

    def test_what_cannot_be_read_is_kept_as_typed(self, enrolment):
        content = full_content(enrolment)
        mark = part_field(next(iter(content.parts)), "mark")

        draft = save(enrolment, replace(content, unread={mark: "12,,5"}))

        assert content_of(draft).unread == {mark: "12,,5"}
        assert content_of(Evaluation.objects.get()).unread == {mark: "12,,5"}

    def test_it_is_read_again_before_anything_is_submitted(self, enrolment):
        content = full_content(enrolment)
        first = next(iter(content.parts))
        name = part_field(first, "held_on")
        undated = {**content.parts, first: replace(content.parts[first], held_on=None)}

        found = gaps_on_submitting(enrolment, replace(content, parts=undated, unread={name: "31/02"}))

        assert found == [(GapCode.UNREAD, name)]

    def test_it_is_forgotten_once_it_can_be_read(self, enrolment):
        content = full_content(enrolment)
        save(enrolment, replace(content, unread={comment_field("C1"): "Trop long."}))

        assert content_of(save(enrolment, content, revision=1)).unread == {}

    @pytest.mark.parametrize("where", ["comment", "unread"])
    def test_a_text_without_end_is_refused_rather_than_cut(self, enrolment, where):
        content = full_content(enrolment)
        endless = "é" * 20_001
        changes = {
            "comment": {"ratings": {**content.ratings, "C1": RatingContent(None, endless)}},
            "unread": {"unread": {comment_field("C1"): endless}},
        }

        with pytest.raises(TypedTooMuch) as refused:
            save(enrolment, replace(content, **changes[where]))

        assert "20\xa0000" in refused.value.sentence.replace("\u202f", "\xa0")
        assert not Evaluation.objects.exists()

    def test_the_same_text_again_writes_nothing(self, enrolment):
        save(enrolment)

        again = save(enrolment, revision=1, at=AT + timedelta(minutes=5))

        assert (again.revision, again.edited_at) == (1, AT)

    def test_the_same_text_by_a_colleague_is_no_conflict(self, enrolment):
        save(enrolment)
        colleague = make_training_member(enrolment.training_organisation)

        again = save(enrolment, revision=0, by=colleague)

        assert (again.revision, again.edited_by) == (1, build.evaluator_of(enrolment, "training"))


class TestOnePage:
    """A page numbers what it sends: its own lost answers and late requests never conflict with it."""

    PAGE, OTHER = UUID(int=1), UUID(int=2)

    def type(self, enrolment, comment: str, *, sequence: int, revision: int = 0, page: UUID = PAGE, **more):
        content = replace(full_content(enrolment), general_comment=comment)
        return save(enrolment, content, revision=revision, page=page, sequence=sequence, **more)

    def test_it_writes_over_what_it_wrote_itself_whatever_answer_it_got(self, enrolment):
        self.type(enrolment, "Un", sequence=1)

        second = self.type(enrolment, "Un deux", sequence=2, revision=0)

        assert (second.revision, second.general_comment) == (2, "Un deux")
        assert (second.written_from, second.written_sequence) == (self.PAGE, 2)

    @pytest.mark.parametrize("sequence", [1, 2], ids=["older", "the same again"])
    def test_what_arrives_late_is_left_aside(self, enrolment, sequence):
        self.type(enrolment, "Un deux", sequence=2)

        late = self.type(enrolment, "Un", sequence=sequence)

        assert (late.revision, late.general_comment) == (1, "Un deux")
        assert Evaluation.objects.get().general_comment == "Un deux"

    def test_what_it_took_back_does_not_return(self, enrolment):
        self.type(enrolment, "Un", sequence=1)
        self.type(enrolment, "Un", sequence=3)

        late = self.type(enrolment, "Un deux", sequence=2)

        assert (late.revision, late.general_comment) == (1, "Un")

    def test_another_page_of_the_same_person_has_to_know_the_last_text(self, enrolment):
        self.type(enrolment, "Un", sequence=1)

        with pytest.raises(EvaluationChangedMeanwhile):
            self.type(enrolment, "Autre", sequence=1, page=self.OTHER)

    def test_it_has_to_know_what_another_wrote_after_it(self, enrolment):
        self.type(enrolment, "Un", sequence=1)
        self.type(enrolment, "Autre", sequence=1, revision=1, page=self.OTHER)

        with pytest.raises(EvaluationChangedMeanwhile):
            self.type(enrolment, "Un deux", sequence=2, revision=1)

    def test_its_number_is_no_key_for_somebody_else(self, enrolment):
        self.type(enrolment, "Un", sequence=1)
        colleague = make_training_member(enrolment.training_organisation)

        with pytest.raises(EvaluationChangedMeanwhile):
            self.type(enrolment, "Autre", sequence=2, by=colleague)


class TestEntering:
    """Refusals shared by the draft and its submission."""

    @pytest.mark.parametrize("stranger", [make_training_member, make_referent, make_panel_assessor, make_admin])
    @pytest.mark.parametrize("channel", list(ChannelCode))
    def test_it_is_refused_to_whoever_is_not_in_charge(self, enrolment, stranger, channel):
        with pytest.raises(EntryRefused) as refused:
            save(enrolment, channel=channel, by=stranger())

        assert refused.value.refusal == EntryRefusal.NOT_YOURS
        assert not Evaluation.objects.exists()

    @pytest.mark.parametrize("channel", list(ChannelCode))
    def test_it_is_open_to_whoever_is_in_charge(self, enrolment, channel):
        draft = save(enrolment, channel=channel)

        assert draft.edited_by == build.evaluator_of(enrolment, channel)

    def test_it_is_refused_once_the_candidate_has_left(self):
        left = make_enrolment(withdrawn_on=date(2021, 2, 1))

        with pytest.raises(EntryRefused) as refused:
            save(left)

        assert refused.value.refusal == EntryRefusal.WITHDRAWN

    def test_it_is_refused_to_a_channel_that_the_route_does_not_have(self):
        vae = make_enrolment(route="vae", organisation=None)
        member = make_training_member()
        Enrolment.objects.filter(pk=vae.pk).update(training_organisation=member.memberships.get().training_organisation)

        with pytest.raises(EntryRefused) as refused:
            save(vae, by=member)

        assert refused.value.refusal == EntryRefusal.NOT_IN_PLAN

    def test_it_is_refused_on_a_block_already_held(self, enrolment):
        make_acquired_block(enrolment.candidate, "BC1")

        with pytest.raises(EntryRefused) as refused:
            save(enrolment)

        assert refused.value.refusal == EntryRefusal.ACQUIRED

    @pytest.mark.parametrize("act", [save, give])
    def test_it_is_refused_once_submitted(self, enrolment, act):
        build.submit(enrolment)

        with pytest.raises(EntryRefused) as refused:
            act(enrolment)

        assert refused.value.refusal == EntryRefusal.SUBMITTED

    def test_an_excused_candidate_is_evaluated_another_day(self, enrolment):
        build.submit(enrolment, attendance=Attendance.EXCUSED)

        second = save(enrolment)

        assert (second.attempt, second.state) == (2, EvaluationState.DRAFT)
        assert give(enrolment).opinion == Opinion.FAVOURABLE


class TestSubmitting:
    @pytest.mark.parametrize(
        ("rating", "opinion"),
        [
            (Rating.ACQUIRED, Opinion.FAVOURABLE),
            (Rating.PARTIALLY_ACQUIRED, Opinion.RESERVED),
            (Rating.NOT_ACQUIRED, Opinion.UNFAVOURABLE),
        ],
    )
    def test_its_opinion_is_the_rulebooks(self, enrolment, rating, opinion):
        content = full_content(enrolment)
        save(enrolment, replace(content, ratings={**content.ratings, "C2": RatingContent(rating)}))

        submitted = give(enrolment)

        assert (submitted.state, submitted.opinion) == (EvaluationState.SUBMITTED, opinion)
        assert (submitted.submitted_by, submitted.submitted_at) == (build.evaluator_of(enrolment, "training"), AT)

    def test_it_is_journaled_with_its_ratings_and_no_comment(self, enrolment):
        save(enrolment, replace(full_content(enrolment), general_comment=CANARY))

        give(enrolment)

        entry = Entry.objects.get(action="evaluation.submitted")
        assert entry.before["state"] == EvaluationState.DRAFT
        assert entry.after["opinion"] == Opinion.FAVOURABLE
        assert entry.after["ratings"] == {"C1": "acquired", "C2": "acquired", "C3": "acquired"}
        assert set(entry.after["parts"].values()) == {"2021-05-10"}
        assert CANARY not in str(entry.after) + str(entry.before)

    def test_it_takes_the_text_that_was_read_again(self, enrolment):
        save(enrolment)
        save(enrolment, replace(full_content(enrolment), general_comment="Mieux."), revision=1)

        with pytest.raises(EvaluationChangedMeanwhile):
            give(enrolment, revision=1)

    def test_it_needs_a_draft(self, enrolment):
        with pytest.raises(EvaluationIncomplete):
            give(enrolment, revision=0)

    def test_it_needs_every_competency_rated_and_gives_the_rulebooks_reasons(self, enrolment):
        content = full_content(enrolment)
        save(enrolment, replace(content, ratings={**content.ratings, "C3": RatingContent(None, "À revoir.")}))

        with pytest.raises(EvaluationIncomplete) as refused:
            give(enrolment)

        assert [(gap.code, gap.about) for gap in refused.value.gaps] == [(GapCode.UNRATED, "C3")]
        assert [check.code for check in refused.value.reasons] == [CheckCode.OPINION_RATED]
        assert not Entry.objects.filter(action="evaluation.submitted").exists()

    @pytest.mark.parametrize(
        ("part", "code"),
        [
            (PartContent(), GapCode.PART_DATE),
            (PartContent(None, PartMode.REMOTE), GapCode.PART_DATE),
            (PartContent(HELD_ON, None), GapCode.PART_MODE),
            (PartContent(date(2020, 9, 13), PartMode.REMOTE), GapCode.BEFORE_ENTRY),
            (PartContent(date(2021, 5, 18), PartMode.REMOTE), GapCode.IN_FUTURE),
        ],
    )
    def test_every_part_of_the_first_channel_is_held_between_the_entry_and_today(self, enrolment, part, code):
        content = full_content(enrolment)
        last = list(content.parts)[-1]

        found = gaps_on_submitting(enrolment, replace(content, parts={**content.parts, last: part}))

        assert (code, last) in found
        assert {about for _, about in found} == {last}

    @pytest.mark.parametrize("day", [date(2020, 9, 14), date(2021, 5, 17)], ids=["entry", "today in Paris"])
    def test_both_days_are_included(self, enrolment, day):
        content = full_content(enrolment)
        held = dict.fromkeys(content.parts, PartContent(day, PartMode.ON_SITE))
        just_after_midnight = AT.replace(hour=0, minute=5)
        save(enrolment, replace(content, parts=held), at=just_after_midnight)

        assert give(enrolment, at=just_after_midnight).is_submitted

    def test_one_part_of_the_second_channel_is_enough(self, enrolment):
        content = full_content(enrolment, channel="company")
        first, second = content.parts
        save(
            enrolment, replace(content, parts={first: PartContent(), second: content.parts[second]}), channel="company"
        )

        assert give(enrolment, channel="company").is_submitted

    @pytest.mark.parametrize(
        ("part", "code"),
        [
            (PartContent(), GapCode.NO_PART),
            (PartContent(mode=PartMode.ON_SITE), GapCode.PART_DATE),
            (PartContent(mark=Decimal("12")), GapCode.PART_MODE),
        ],
    )
    def test_the_second_channel_holds_one_part_whole(self, enrolment, part, code):
        content = full_content(enrolment, channel="company")
        first, second = content.parts
        parts = {first: part, second: PartContent()}

        found = gaps_on_submitting(enrolment, replace(content, parts=parts), channel="company")

        assert (code, first) in found
        assert {about for _, about in found} == {first}

    @pytest.mark.parametrize("attendance", [Attendance.ABSENT, Attendance.EXCUSED])
    def test_of_an_absent_candidate_only_the_absence_is_said(self, enrolment, attendance):
        content = full_content(enrolment)
        save(enrolment, replace(content, attendance=attendance, parts=dict.fromkeys(content.parts, PartContent())))

        submitted = give(enrolment)

        assert submitted.opinion == attendance.value
        assert {given.rating for given in content_of(submitted).ratings.values()} == {None}
        assert {given.comment for given in content_of(submitted).ratings.values()} == {"Vu en rendez-vous."}

    @pytest.mark.parametrize("attendance", [Attendance.ABSENT, Attendance.EXCUSED])
    def test_what_an_absent_candidate_was_rated_and_marked_is_not_submitted(self, enrolment, attendance):
        content = full_content(enrolment)
        mark = part_field(next(iter(content.parts)), "mark")
        save(enrolment, replace(content, attendance=attendance, unread={mark: "12,,5"}))

        submitted = give(enrolment)

        said = content_of(submitted)
        assert {given.rating for given in said.ratings.values()} == {None}
        assert {(held.held_on, held.mark) for held in said.parts.values()} == {(HELD_ON, None)}
        assert (said.unread, said) == ({}, content_of(Evaluation.objects.get()))


class TestAssigningThePanel:
    def test_it_puts_enrolments_in_the_assessors_hands(self, enrolment):
        other, admin, assessor = make_enrolment(), make_admin(), make_panel_assessor()

        assigned = assign_panel(Enrolment.objects.all(), assessor=assessor, by=admin, at=AT)

        assert {row.enrolment for row in assigned} == {enrolment, other}
        assert set(Assignment.objects.values_list("enrolment", "assessor", "assigned_by")) == {
            (enrolment.pk, assessor.pk, admin.pk),
            (other.pk, assessor.pk, admin.pk),
        }

    def test_it_journals_who_had_them_before(self, enrolment):
        former, assessor, admin = build.assign(enrolment), make_panel_assessor(), make_admin()

        assign_panel(Enrolment.objects.all(), assessor=assessor, by=admin, at=AT)

        entry = Entry.objects.get(action="panel.assigned")
        assert (entry.action, entry.subject) == ("panel.assigned", f"enrolment:{enrolment.reference}")
        assert (entry.before, entry.after) == ({"assessor": former.reference}, {"assessor": assessor.reference})

    def test_a_second_time_changes_nothing(self, enrolment):
        assessor, admin = make_panel_assessor(), make_admin()
        assign_panel(Enrolment.objects.all(), assessor=assessor, by=admin, at=AT)

        again = assign_panel(Enrolment.objects.all(), assessor=assessor, by=admin, at=AT + timedelta(days=1))

        assert again == []
        assert Entry.objects.filter(action="panel.assigned").count() == 1
        assert Assignment.objects.get().assigned_at == AT

    def test_it_refuses_somebody_who_does_not_sit_on_the_panel(self, enrolment):
        with pytest.raises(NotAPanelAssessor):
            assign_panel(Enrolment.objects.all(), assessor=make_training_member(), by=make_admin(), at=AT)

        assert not Assignment.objects.exists()

    def test_the_former_assessor_enters_no_more(self, enrolment):
        former = build.assign(enrolment)
        assign_panel(Enrolment.objects.all(), assessor=make_panel_assessor(), by=make_admin(), at=AT)

        with pytest.raises(EntryRefused):
            save(enrolment, channel="panel", by=former)
