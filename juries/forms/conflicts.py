"""What a member says before any dossier opens: to whom they are tied, and whether a suspicion is one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from rulebook.outcomes import SuspicionReason

from ..models import Dossier
from ..services import Conflict

YES, NO = "yes", "no"
QUESTIONS = {
    (SuspicionReason.FAMILY_NAME,): "Même nom de famille que vous : êtes-vous lié\N{NO-BREAK SPACE}?",
    (
        SuspicionReason.EMAIL_DOMAIN,
    ): "Une adresse électronique du même domaine que la vôtre : êtes-vous lié\N{NO-BREAK SPACE}?",
    tuple(
        SuspicionReason
    ): "Même nom de famille et même domaine d’adresse électronique que vous : êtes-vous lié\N{NO-BREAK SPACE}?",
}


@dataclass(frozen=True, slots=True)
class ConflictRow:
    dossier: Dossier
    conflict: BoundField  # a box to tick; where there is a question, its two answers
    detail: BoundField
    question: str


class ConflictsForm(forms.Form):
    """Dossier by dossier, a tie or none, and a word on it if one wishes; a suspicion is answered by yes or no."""

    def __init__(
        self,
        *args: Any,
        dossiers: Iterable[Dossier],
        suspicions: Mapping[int, Sequence[SuspicionReason]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.dossiers = list(dossiers)
        self.questions = {pk: QUESTIONS[tuple(reasons)] for pk, reasons in suspicions.items()}
        for dossier in self.dossiers:
            name = dossier.enrolment.candidate.display_name
            self.fields[f"conflict_{dossier.pk}"] = self._question(dossier, name) or _box(name)
            self.fields[f"detail_{dossier.pk}"] = forms.CharField(
                required=False,
                label=f"Précision sur {name}",
                max_length=500,
                widget=forms.TextInput(attrs={"class": "form-control", "placeholder": "Précision (facultatif)"}),
            )

    def _question(self, dossier: Dossier, name: str) -> forms.ChoiceField | None:
        if dossier.pk not in self.questions:
            return None
        return forms.ChoiceField(
            label=f"{name} : {self.questions[dossier.pk]}",
            choices=[(YES, "Oui"), (NO, "Non")],
            widget=forms.RadioSelect,
            error_messages={"required": "Répondez par oui ou par non."},
        )

    @property
    def rows(self) -> list[ConflictRow]:
        return [
            ConflictRow(
                dossier,
                self[f"conflict_{dossier.pk}"],
                self[f"detail_{dossier.pk}"],
                self.questions.get(dossier.pk, ""),
            )
            for dossier in self.dossiers
        ]

    @property
    def asked(self) -> list[ConflictRow]:
        return [row for row in self.rows if row.question]

    @property
    def others(self) -> list[ConflictRow]:
        return [row for row in self.rows if not row.question]

    @property
    def declared_count(self) -> int:
        """As it is shown: what was ticked or answered before an error."""
        return sum(row.conflict.value() in (YES, True, "on") for row in self.rows)

    def conflicts(self) -> list[Conflict]:
        given = self.cleaned_data
        tied = (dossier for dossier in self.dossiers if given[f"conflict_{dossier.pk}"] in (YES, True))
        return [Conflict(dossier, given[f"detail_{dossier.pk}"]) for dossier in tied]

    def dismissed(self) -> list[Dossier]:
        return [dossier for dossier in self.dossiers if self.cleaned_data[f"conflict_{dossier.pk}"] == NO]


def _box(name: str) -> forms.BooleanField:
    return forms.BooleanField(
        required=False,
        label=f"Je suis lié à {name}",
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
