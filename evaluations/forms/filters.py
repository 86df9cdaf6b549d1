"""Which rows a list shows, in its address."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from blocks.enums import ChannelCode
from candidates.forms.fields import set_choices, set_queryset
from candidates.models import Cohort, EnrolmentQuerySet
from organisations.permissions import Access

from ..divergences import DivergentBlock
from ..enums import Divergence, GridFilter, ProgressFilter
from ..progress import in_progress


class _CohortFilter(forms.Form):
    cohort = forms.ModelChoiceField(
        label="Promotion", queryset=Cohort.objects.none(), required=False, empty_label="Toutes"
    )


class _EnrolmentFilter(_CohortFilter):
    """`enrolments` are those that this person may see, or enter, at all."""

    search = forms.CharField(label="Nom ou référence", required=False, max_length=120)

    def __init__(self, *args: Any, enrolments: EnrolmentQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrolments = enrolments
        set_queryset(self, "cohort", cohorts_of(enrolments))

    def found(self) -> EnrolmentQuerySet:
        """What the address asks for; nothing when it asks for what does not exist."""
        if not self.is_valid():
            return self.enrolments.none()
        return narrowed(self.enrolments, self.cleaned_data["cohort"], self.cleaned_data["search"])


class MatrixFilter(_EnrolmentFilter):
    state = forms.ChoiceField(label="Avancement", choices=ProgressFilter.choices, required=False)

    field_order = ("cohort", "state", "search")

    def rows(self, access: Access, *, on: date) -> EnrolmentQuerySet:
        found = self.found()
        return (
            in_progress(found, ProgressFilter(self.cleaned_data["state"]), access, on=on) if self.is_valid() else found
        )


class RowFilter(_EnrolmentFilter):
    """Of a bulk grid."""

    state = forms.ChoiceField(label="Avancement", choices=GridFilter.choices, required=False)

    field_order = ("cohort", "state", "search")

    @property
    def wanted(self) -> GridFilter:
        return GridFilter(self.cleaned_data["state"]) if self.is_valid() else GridFilter.TO_DO

    def rows(self) -> EnrolmentQuerySet:
        return self.found()


class DivergenceFilter(_EnrolmentFilter):
    """Whose divergences the certifier looks at, and how strong."""

    strength = forms.ChoiceField(
        label="Divergence",
        choices=[("", "Toutes"), (Divergence.STRONG, Divergence.STRONG.label)],
        required=False,
    )

    field_order = ("cohort", "strength", "search")

    def rows(self) -> EnrolmentQuerySet:
        return self.found()

    def among(self, found: Iterable[DivergentBlock]) -> list[DivergentBlock]:
        wanted = self.cleaned_data.get("strength")
        return [row for row in found if not wanted or row.divergence == wanted]


class DelayFilter(_CohortFilter):
    """Whose delays to show. `cohorts` and `channels` are those that this person follows up."""

    channel = forms.ChoiceField(label="Voie d’évaluation", required=False)

    def __init__(self, *args: Any, cohorts: QuerySet[Cohort], channels: Sequence[ChannelCode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "cohort", cohorts)
        set_choices(self, "channel", [("", "Toutes"), *((channel.value, str(channel.label)) for channel in channels)])


def narrowed(enrolments: EnrolmentQuerySet, cohort: Cohort | None, search: str) -> EnrolmentQuerySet:
    if cohort:
        enrolments = enrolments.filter(cohort=cohort)
    return enrolments.matching(search) if search else enrolments


def cohorts_of(enrolments: EnrolmentQuerySet) -> QuerySet[Cohort]:
    return Cohort.objects.filter(pk__in=enrolments.order_by().values("cohort")).order_by("-ends_on", "name", "pk")
