"""Forms of adapted exams: a row per adjustment, a box per channel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from blocks.enums import ChannelCode
from blocks.models import Channel

from ..enums import Adjustment
from ..models import AdaptationAdjustment
from ..services import Wanted

NEED_LENGTH = 2000
DETAIL_LENGTH = 300
DETAILS = {
    Adjustment.EXTRA_TIME: "par exemple : un tiers",
    Adjustment.BREAKS: "par exemple : dix minutes par heure",
    Adjustment.LARGE_PRINT: "par exemple : corps 16",
    Adjustment.OTHER: "lequel ?",
}


@dataclass(frozen=True, slots=True)
class Box:
    name: str
    value: str
    channel: str
    label: str
    is_ticked: bool

    @property
    def id(self) -> str:
        return f"id_{self.name}_{self.value}"


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    label: str
    boxes: tuple[Box, ...]
    detail: forms.BoundField
    errors: list[str]


class AdjustmentsForm(forms.Form):
    """`channels` are those of the enrolment's plan; `wanted` is what the boxes show at first."""

    def __init__(
        self, *args: Any, channels: Sequence[Channel], wanted: Iterable[AdaptationAdjustment] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.channels = channels
        for row in wanted:
            self.initial[_channels_field(row.adjustment)] = [channel.code for channel in row.channels.all()]
            self.initial[_detail_field(row.adjustment)] = row.detail
        for adjustment in Adjustment:
            self._add(adjustment)

    def _add(self, adjustment: Adjustment) -> None:
        self.fields[_channels_field(adjustment)] = forms.MultipleChoiceField(
            choices=[(row.code, row.get_code_display()) for row in self.channels], required=False
        )
        self.fields[_detail_field(adjustment)] = forms.CharField(
            label=f"Précision : {adjustment.label}",
            max_length=DETAIL_LENGTH,
            required=False,
            widget=forms.TextInput(
                {
                    "class": "form-control",
                    "aria-label": f"Précision : {adjustment.label}",
                    "placeholder": DETAILS.get(adjustment, ""),
                    "autocomplete": "off",
                }
            ),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for adjustment in Adjustment:
            channels, detail = cleaned.get(_channels_field(adjustment)), cleaned.get(_detail_field(adjustment))
            if detail and not channels:
                self.add_error(_channels_field(adjustment), "Cochez la voie d’évaluation concernée.")
            if adjustment == Adjustment.OTHER and channels and not detail:
                self.add_error(_detail_field(adjustment), "Précisez l’aménagement.")
        return cleaned

    @property
    def rows(self) -> list[AdjustmentRow]:
        return [self._row(adjustment) for adjustment in Adjustment]

    def _row(self, adjustment: Adjustment) -> AdjustmentRow:
        field, detail = self[_channels_field(adjustment)], self[_detail_field(adjustment)]
        ticked = field.value() or []
        boxes = tuple(
            Box(
                name=field.html_name,
                value=channel.code,
                channel=channel.get_code_display(),
                label=f"{adjustment.label}, {channel.get_code_display()}",
                is_ticked=channel.code in ticked,
            )
            for channel in self.channels
        )
        return AdjustmentRow(str(adjustment.label), boxes, detail, [*field.errors, *detail.errors])

    @property
    def wanted(self) -> list[Wanted]:
        """What was ticked, once the form is valid."""
        values = self.cleaned_data
        return [
            Wanted(
                adjustment,
                frozenset(map(ChannelCode, values[_channels_field(adjustment)])),
                values[_detail_field(adjustment)],
            )
            for adjustment in Adjustment
            if values[_channels_field(adjustment)]
        ]


class AdaptationRequestForm(AdjustmentsForm):
    need = forms.CharField(
        label="Ce qui gêne pendant l’épreuve",
        max_length=NEED_LENGTH,
        widget=forms.Textarea({"rows": 4}),
        help_text=(
            "Par exemple : « lit lentement un texte long », « ne tient pas deux heures assis ». "
            "Jamais un diagnostic, ni un nom de maladie."
        ),
    )
    evidence = forms.FileField(
        label="Justificatif (facultatif)",
        required=False,
        help_text="PDF, PNG ou JPEG, 10 Mo au plus. Le secrétariat seul l’ouvre : vous ne le reverrez pas ici.",
    )


class AdaptationDecisionForm(AdjustmentsForm):
    reason = forms.CharField(
        label="Motif",
        max_length=NEED_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=(
            "Nécessaire si tout ce qui est demandé n’est pas accordé. Le demandeur le lit ; n’y nommez aucune maladie."
        ),
    )


def _channels_field(adjustment: str) -> str:
    return f"channels_{adjustment}"


def _detail_field(adjustment: str) -> str:
    return f"detail_{adjustment}"
