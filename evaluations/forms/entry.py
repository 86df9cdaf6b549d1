"""What one channel types on one block, or over the rows of a grid, and why it is asked again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import localize

from blocks.models import Block, Channel, ChannelPart, Competency
from candidates.forms.fields import day_input

from ..completeness import Gap
from ..content import EvaluationContent, PartContent, RatingContent, comment_field, in_order, part_field, rating_field
from ..enums import (
    Attendance,
    GapCode,
    PartMode,
    Rating,
    ReopeningObstacle,
    Version,
)
from ..models import MARK_OUT_OF

COMMENT_LENGTH = 4000
PART_FIELDS = ("held_on", "mode", "mark")
LAST_DAY = "9999-12-31"  # Else browsers offer years of six figures.
NO_REVISION = -1  # of a form that does not say which it stands on


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


def with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


class TypedText(forms.CharField):
    """Kept as typed, with the same line ends however it is sent. No `maxlength`: browsers would cut what is pasted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return with_plain_line_ends(str(super().to_python(value)))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class EvaluationForm(forms.Form):
    """A row of fields per competency of the block and per part of the channel. Nothing is required to keep a draft.

    A page may show a part of these fields: what it does not send keeps its stored value (`content_over`), unless it
    says by `whole` that it shows them all, so that a field not sent is empty.
    """

    attendance = forms.TypedChoiceField(
        label="Présence", choices=Attendance.choices, coerce=Attendance, widget=forms.RadioSelect
    )
    is_adapted = forms.BooleanField(label="Épreuve aménagée", required=False)
    general_comment = TypedText(
        label="Appréciation générale", max_length=COMMENT_LENGTH, widget=forms.Textarea({"rows": 3})
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    whole = forms.BooleanField(required=False, widget=forms.HiddenInput)
    page = forms.UUIDField(required=False, widget=forms.HiddenInput)
    sequence = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, block: Block, channel: Channel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.competencies = in_order(block.competencies)
        self.channel_parts = in_order(channel.parts)
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
        self.fields[comment_field(code)] = TypedText(
            label="Éléments observés",
            max_length=COMMENT_LENGTH,
            widget=forms.Textarea({"rows": 2, "class": "form-control", "aria-label": f"Éléments observés pour {code}"}),
        )

    def _add_part(self, part: ChannelPart) -> None:
        held_on = forms.DateField(
            label="Date", required=False, widget=forms.DateInput({"type": "date", "max": LAST_DAY}, format="%Y-%m-%d")
        )
        self.fields[part_field(part.code, "held_on")] = held_on
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

    def full_clean(self) -> None:
        super().full_clean()
        for name in self.errors:
            widget = self.fields[name].widget
            if isinstance(widget, forms.DateInput):
                widget.input_type = "text"  # A date field would show nothing of what it cannot read.

    @property
    def rating_rows(self) -> list[RatingRow]:
        return [
            RatingRow(row, self[rating_field(row.code)], self[comment_field(row.code)]) for row in self.competencies
        ]

    @property
    def part_rows(self) -> list[PartRow]:
        return [PartRow(row, *(self[part_field(row.code, name)] for name in PART_FIELDS)) for row in self.channel_parts]

    @property
    def expected_revision(self) -> int:
        return self._sent("revision", NO_REVISION)

    @property
    def page_written(self) -> UUID | None:
        """The page that this was typed in, when it counts what it sends."""
        return self._sent("page", None)

    @property
    def sequence_written(self) -> int:
        return self._sent("sequence", None) or 0

    def _sent(self, name: str, default: Any) -> Any:
        return default if name in self.errors else self.cleaned_data[name]

    def content_over(self, stored: EvaluationContent) -> EvaluationContent:
        """What was typed, over what is stored. What cannot be read is kept as it was typed."""
        errors, values, unread = self.errors, initial_of(stored), dict(stored.unread)
        for name in filter(self._is_sent, list(values)):
            unread.pop(name, None)
            if name not in errors:
                values[name] = self.cleaned_data[name]
            elif not isinstance(self.fields[name], forms.ChoiceField):  # A choice that is not offered is nobody's text.
                values[name] = "" if isinstance(self.fields[name], TypedText) else None
                unread[name] = with_plain_line_ends(str(self[name].data)).replace("\x00", "")  # PostgreSQL keeps none.
        return _content_of(values, unread, self.competencies, self.channel_parts)

    def _is_sent(self, name: str) -> bool:
        if self.data.get(self.add_prefix(chosen_field(name))) == Version.STORED:
            return False  # Of two texts, this one gave way to the one that is stored.
        is_whole = bool(self.cleaned_data.get("whole"))
        return is_whole or self.add_prefix(name) in self.data

    def stand_on(self, revision: int) -> None:
        """Make the next saving replace that revision; what was typed stays."""
        self.data = {
            **{name: self.data.get(name) for name in self.data},
            self.add_prefix("revision"): str(revision),
        }  # No field of this form has several values.

    def show(self, gaps: Iterable[Gap]) -> None:
        """Each gap beside the field that fills it."""
        for gap in gaps:
            if gap.field not in self.errors:
                self.add_error(gap.field, gap.sentence)


def initial_of(content: EvaluationContent) -> dict[str, Any]:
    """The form's fields as they show this content."""
    ratings = {rating_field(code): given.rating for code, given in content.ratings.items()}
    comments = {comment_field(code): given.comment for code, given in content.ratings.items()}
    parts = {
        part_field(code, name): _as_typed(getattr(part, name))
        for code, part in content.parts.items()
        for name in PART_FIELDS
    }
    return {
        "attendance": content.attendance,
        "is_adapted": content.is_adapted,
        "general_comment": content.general_comment,
        **ratings,
        **comments,
        **parts,
    }


def form_of(content: EvaluationContent, revision: int, *, block: Block, channel: Channel) -> EvaluationForm:
    """The form on what is stored, with what could not be read back in its field, beside the reason."""
    if not content.unread:
        return EvaluationForm(initial=initial_of(content) | {"revision": revision}, block=block, channel=channel)
    return EvaluationForm(values_of(content) | {"revision": str(revision)}, block=block, channel=channel)


def _as_typed(value: Any) -> Any:
    """« 12,5 » rather than the two decimals that are stored."""
    return value.normalize() + 0 if isinstance(value, Decimal) else value


def values_of(content: EvaluationContent) -> dict[str, str]:
    """The same as a browser would send them, what could not be read included."""
    return {name: _as_sent(value) for name, value in initial_of(content).items()} | dict(content.unread)


def _as_sent(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if isinstance(value, Decimal):
        return str(localize(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _content_of(
    values: Mapping[str, Any], unread: Mapping[str, str], competencies: list[Competency], parts: list[ChannelPart]
) -> EvaluationContent:
    return EvaluationContent(
        ratings={
            row.code: RatingContent(values[rating_field(row.code)], values[comment_field(row.code)])
            for row in competencies
        },
        parts={row.code: PartContent(*(values[part_field(row.code, name)] for name in PART_FIELDS)) for row in parts},
        attendance=values["attendance"],
        is_adapted=values["is_adapted"],
        general_comment=values["general_comment"],
        unread=unread,
    )


def chosen_field(name: str) -> str:
    """Of two texts of this field, which one is kept."""
    return f"chosen_{name}"


class FillForm(forms.Form):
    """The day and the means of one part, for all the rows of a grid that do not say theirs."""

    held_on = forms.DateField(required=False, error_messages={"invalid": "Indiquez une date, par exemple 10/05/2021."})
    mode = forms.ChoiceField(choices=[("", "ne pas remplir"), *PartMode.choices], required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError("Indiquez la date ou la modalité à reporter.")
        return cleaned

    @property
    def values(self) -> dict[str, str]:
        """As each row would send them."""
        held_on = self.cleaned_data["held_on"]
        given = {"held_on": held_on.isoformat() if held_on else "", "mode": self.cleaned_data["mode"]}
        return {name: value for name, value in given.items() if value}


class ReopeningForm(forms.Form):
    """Why an evaluation is reopened, and by when its channel answers again."""

    reason = forms.CharField(
        label="Raison",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Qui évalue la lira au-dessus de son nouveau passage.",
        error_messages={"required": ReopeningObstacle.NO_REASON.label},
    )
    due_on = forms.DateField(
        label="À rendre pour le",
        required=False,
        widget=day_input(),
        help_text="Vide : l’échéance de la promotion reste celle de ce passage.",
    )
