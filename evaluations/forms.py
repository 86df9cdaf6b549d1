"""Forms of the evaluations: what one channel types on one block, the filters of the lists, the panel's assignment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from blocks.models import Block, Channel, ChannelPart, Competency
from candidates.models import Cohort, Enrolment, EnrolmentQuerySet
from organisations.enums import Role
from organisations.models import Membership
from organisations.permissions import Access

from .completeness import Gap
from .content import EvaluationContent, PartContent, RatingContent
from .enums import Attendance, GapCode, PanelScope, PartMode, ProgressFilter, Rating
from .models import MARK_OUT_OF
from .progress import in_progress

COMMENT_LENGTH = 4000
PART_FIELDS = ("held_on", "mode", "mark")
_FIELD_OF_GAP = {GapCode.PART_MODE: "mode", GapCode.MARK_RANGE: "mark", GapCode.MARK_OF_ABSENT: "mark"}


@dataclass(frozen=True, slots=True)
class RatingRow:
    competency: Competency
    rating: forms.BoundField
    comment: forms.BoundField


@dataclass(frozen=True, slots=True)
class PartRow:
    part: ChannelPart
    held_on: forms.BoundField
    mode: forms.BoundField
    mark: forms.BoundField


class EvaluationForm(forms.Form):
    """A row of fields per competency of the block and per part of the channel. Nothing is required to keep a draft."""

    attendance = forms.TypedChoiceField(
        label="Présence", choices=Attendance.choices, coerce=Attendance, widget=forms.RadioSelect
    )
    is_adapted = forms.BooleanField(label="Épreuve aménagée", required=False)
    general_comment = forms.CharField(
        label="Appréciation générale", required=False, max_length=COMMENT_LENGTH, widget=forms.Textarea({"rows": 3})
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, block: Block, channel: Channel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.competencies = list(block.competencies.order_by("position", "pk"))
        self.channel_parts = list(channel.parts.order_by("position", "pk"))
        for competency in self.competencies:
            self._add_rating(competency)
        for part in self.channel_parts:
            self._add_part(part)

    def _add_rating(self, competency: Competency) -> None:
        code = competency.code
        self.fields[rating_field(code)] = forms.TypedChoiceField(
            label=f"Niveau de {code}",
            choices=Rating.choices,
            coerce=Rating,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields[comment_field(code)] = forms.CharField(
            label="Éléments observés",
            required=False,
            max_length=COMMENT_LENGTH,
            widget=forms.Textarea({"rows": 2, "class": "form-control", "aria-label": f"Éléments observés pour {code}"}),
        )

    def _add_part(self, part: ChannelPart) -> None:
        self.fields[part_field(part.code, "held_on")] = forms.DateField(
            label="Date", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        )
        self.fields[part_field(part.code, "mode")] = forms.TypedChoiceField(
            label="Modalité",
            choices=[("", "à préciser"), *PartMode.choices],
            coerce=PartMode,
            empty_value=None,
            required=False,
        )
        self.fields[part_field(part.code, "mark")] = forms.DecimalField(
            label=f"Note sur {MARK_OUT_OF}",
            required=False,
            min_value=0,
            max_value=MARK_OUT_OF,
            max_digits=4,
            decimal_places=2,
            localize=True,
            widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={
                "invalid": "Écrivez un nombre, par exemple 12,5.",
                "min_value": GapCode.MARK_RANGE.label,
                "max_value": GapCode.MARK_RANGE.label,
            },
        )

    @property
    def rating_rows(self) -> list[RatingRow]:
        return [
            RatingRow(row, self[rating_field(row.code)], self[comment_field(row.code)]) for row in self.competencies
        ]

    @property
    def part_rows(self) -> list[PartRow]:
        return [PartRow(row, *(self[part_field(row.code, name)] for name in PART_FIELDS)) for row in self.channel_parts]

    @property
    def content(self) -> EvaluationContent:
        """What was typed, once the form is valid."""
        values = self.cleaned_data
        return EvaluationContent(
            ratings={
                row.code: RatingContent(values[rating_field(row.code)], values[comment_field(row.code)])
                for row in self.competencies
            },
            parts={
                row.code: PartContent(*(values[part_field(row.code, name)] for name in PART_FIELDS))
                for row in self.channel_parts
            },
            attendance=values["attendance"],
            is_adapted=values["is_adapted"],
            general_comment=values["general_comment"],
        )

    def stand_on(self, revision: int) -> None:
        """Make the next saving replace that revision; what was typed stays."""
        self.data = {
            **{name: self.data.get(name) for name in self.data},
            "revision": str(revision),
        }  # No field of this form has several values.

    def show(self, gaps: Iterable[Gap]) -> None:
        """Each gap beside the field that fills it."""
        for gap in gaps:
            self.add_error(_field_of(gap), gap.sentence)


def initial_of(content: EvaluationContent) -> dict[str, Any]:
    """The form's fields as they show this content."""
    ratings = {rating_field(code): given.rating for code, given in content.ratings.items()}
    comments = {comment_field(code): given.comment for code, given in content.ratings.items()}
    parts = {
        part_field(code, name): getattr(part, name) for code, part in content.parts.items() for name in PART_FIELDS
    }
    return {
        "attendance": content.attendance,
        "is_adapted": content.is_adapted,
        "general_comment": content.general_comment,
        **ratings,
        **comments,
        **parts,
    }


def rating_field(competency: str) -> str:
    return f"rating_{competency}"


def comment_field(competency: str) -> str:
    return f"comment_{competency}"


def part_field(part: str, name: str) -> str:
    return f"part_{part}_{name}"


def _field_of(gap: Gap) -> str:
    if gap.code == GapCode.UNRATED:
        return rating_field(gap.about)
    return part_field(gap.about, _FIELD_OF_GAP.get(gap.code, "held_on"))


class MatrixFilter(forms.Form):
    """The filters of the matrix, in its address. `enrolments` are those that this person may see at all."""

    cohort = forms.ModelChoiceField(
        label="Promotion", queryset=Cohort.objects.none(), required=False, empty_label="Toutes"
    )
    state = forms.ChoiceField(label="Avancement", choices=ProgressFilter.choices, required=False)
    search = forms.CharField(label="Nom ou référence", required=False, max_length=120)

    def __init__(self, *args: Any, enrolments: EnrolmentQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrolments = enrolments
        _offer(self, "cohort", cohorts_of(enrolments))

    def rows(self, access: Access, *, on: date) -> EnrolmentQuerySet:
        """What the address asks for; nothing when it asks for what does not exist."""
        if not self.is_valid():
            return self.enrolments.none()
        found = narrowed(self.enrolments, self.cleaned_data["cohort"], self.cleaned_data["search"])
        return in_progress(found, ProgressFilter(self.cleaned_data["state"]), access, on=on)


class PanelFilter(forms.Form):
    """Which enrolments to put in an assessor's hands."""

    cohort = forms.ModelChoiceField(
        label="Promotion", queryset=Cohort.objects.none(), required=False, empty_label="Toutes"
    )
    search = forms.CharField(label="Nom ou référence", required=False, max_length=120)

    def __init__(self, *args: Any, enrolments: EnrolmentQuerySet, assessors: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrolments = enrolments
        _offer(self, "cohort", cohorts_of(enrolments))
        people = [(str(assessor.pk), str(assessor)) for assessor in assessors]
        self.fields["assessor"] = forms.ChoiceField(
            label="Évaluateur", choices=[("", "À désigner"), ("any", "Tous"), *people], required=False
        )
        self.order_fields(["cohort", "assessor", "search"])

    def rows(self) -> EnrolmentQuerySet:
        if not self.is_valid():
            return self.enrolments.none()
        found = narrowed(self.enrolments, self.cleaned_data["cohort"], self.cleaned_data["search"])
        assessor = self.cleaned_data["assessor"]
        if not assessor:
            return found.filter(panel_assignment__isnull=True)
        return found if assessor == "any" else found.filter(panel_assignment__assessor=int(assessor))


class AssignmentForm(forms.Form):
    """Whom to put in charge, and of which enrolments: those ticked on the page, or all those of the filter."""

    assessor = forms.ModelChoiceField(
        label="Évaluateur", queryset=User.objects.none(), empty_label="Choisissez un évaluateur"
    )
    scope = forms.TypedChoiceField(choices=PanelScope.choices, coerce=PanelScope)
    total = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    enrolments = forms.ModelMultipleChoiceField(
        queryset=Enrolment.objects.none(),
        required=False,
        error_messages={"invalid_choice": "Cette liste a changé : choisissez à nouveau."},
    )

    def __init__(self, *args: Any, listed: EnrolmentQuerySet, assessors: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed = listed
        _offer(self, "assessor", assessors)
        _offer(self, "enrolments", listed)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        scope = cleaned.get("scope")
        if scope == PanelScope.TICKED and not self.errors and not cleaned["enrolments"]:
            raise forms.ValidationError("Cochez au moins une inscription.")
        if scope == PanelScope.FILTERED and self.listed.count() != cleaned.get("total"):
            raise forms.ValidationError("Cette liste a changé depuis son affichage : vérifiez-la, puis recommencez.")
        return cleaned

    @property
    def chosen(self) -> QuerySet[Enrolment]:
        return self.listed if self.cleaned_data["scope"] == PanelScope.FILTERED else self.cleaned_data["enrolments"]


def narrowed(enrolments: EnrolmentQuerySet, cohort: Cohort | None, search: str) -> EnrolmentQuerySet:
    if cohort:
        enrolments = enrolments.filter(cohort=cohort)
    return enrolments.matching(search) if search else enrolments


def _offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
    field.queryset = rows


def cohorts_of(enrolments: EnrolmentQuerySet) -> QuerySet[Cohort]:
    return Cohort.objects.filter(pk__in=enrolments.order_by().values("cohort")).order_by("-ends_on", "name", "pk")


def assessors_on(day: date) -> QuerySet[User]:
    """Those who sit on the evaluation panel that day."""
    sitting = Membership.objects.in_force(day).filter(role=Role.PANEL_ASSESSOR)
    return User.objects.filter(is_active=True, pk__in=sitting.values("user")).order_by("last_name", "first_name", "pk")
