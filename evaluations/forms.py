"""Forms of the evaluations: what is typed on one block by one channel, the filters, the panel's assignment."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from accounts.models import User
from blocks.models import Block, Channel, ChannelPart, Competency
from candidates.models import Cohort
from candidates.names import search_key
from organisations.enums import Role
from organisations.models import Membership

from .completeness import Gap
from .content import EvaluationContent, PartContent, RatingContent
from .enums import Attendance, GapCode, PartMode, Rating
from .models import MARK_OUT_OF

COMMENT_LENGTH = 4000
_PART_FIELDS = {GapCode.PART_MODE: "mode", GapCode.MARK_RANGE: "mark", GapCode.MARK_OF_ABSENT: "mark"}


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

    attendance = forms.ChoiceField(label="Présence", choices=Attendance.choices, widget=forms.RadioSelect)
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
        self.fields[rating_field(code)] = forms.ChoiceField(
            label=f"Niveau de {code}", choices=Rating.choices, widget=forms.RadioSelect, required=False
        )
        self.fields[comment_field(code)] = forms.CharField(
            label=f"Éléments observés pour {code}",
            required=False,
            max_length=COMMENT_LENGTH,
            widget=forms.Textarea({"rows": 2}),
        )

    def _add_part(self, part: ChannelPart) -> None:
        self.fields[part_field(part.code, "held_on")] = forms.DateField(
            label="Date", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        )
        self.fields[part_field(part.code, "mode")] = forms.ChoiceField(
            label="Modalité", required=False, choices=[("", "à préciser"), *PartMode.choices]
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
        return [
            PartRow(row, *(self[part_field(row.code, name)] for name in ("held_on", "mode", "mark")))
            for row in self.channel_parts
        ]

    @property
    def content(self) -> EvaluationContent:
        """What was typed, once the form is valid."""
        return self._content(self.cleaned_data)

    def _content(self, values: dict[str, Any]) -> EvaluationContent:
        return EvaluationContent(
            ratings={
                row.code: RatingContent(
                    Rating(values[rating_field(row.code)]) if values[rating_field(row.code)] else None,
                    values[comment_field(row.code)],
                )
                for row in self.competencies
            },
            parts={
                row.code: PartContent(
                    held_on=values[part_field(row.code, "held_on")],
                    mode=PartMode(values[part_field(row.code, "mode")])
                    if values[part_field(row.code, "mode")]
                    else None,
                    mark=values[part_field(row.code, "mark")],
                )
                for row in self.channel_parts
            },
            attendance=Attendance(values["attendance"]),
            is_adapted=values["is_adapted"],
            general_comment=values["general_comment"],
        )

    def show(self, gaps: Iterable[Gap]) -> None:
        """Each gap beside the field that fills it."""
        for gap in gaps:
            self.add_error(_field_of(gap), gap.sentence)


def rating_field(competency: str) -> str:
    return f"rating_{competency}"


def comment_field(competency: str) -> str:
    return f"comment_{competency}"


def part_field(part: str, name: str) -> str:
    return f"part_{part}_{name}"


def _field_of(gap: Gap) -> str:
    if gap.code == GapCode.UNRATED:
        return rating_field(gap.about)
    return part_field(gap.about, _PART_FIELDS.get(gap.code, "held_on"))
