"""Who evaluates whom, one by one or a whole list at once."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from accounts.models import User
from candidates.forms.fields import set_choices, set_queryset
from candidates.models import Enrolment, EnrolmentQuerySet
from organisations.models import Company, Membership

from ..assigning import without_assessor
from ..enums import PanelScope, ReferentFilter
from .filters import cohorts_of, narrowed

IN_NO_COHORT = "none"


class _EnrolmentFilter(forms.Form):
    """`enrolments` are those that this person may put in somebody's hands."""

    cohort = forms.ChoiceField(label="Promotion", required=False)
    search = forms.CharField(label="Nom ou référence", required=False, max_length=120)

    def __init__(self, *args: Any, enrolments: EnrolmentQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrolments = enrolments
        cohorts = [(str(cohort.pk), str(cohort)) for cohort in cohorts_of(enrolments)]
        set_choices(self, "cohort", [("", "Toutes"), *cohorts, (IN_NO_COHORT, "Sans promotion")])

    def rows(self) -> EnrolmentQuerySet:
        """What the address asks for; nothing when it asks for what does not exist."""
        if not self.is_valid():
            return self.enrolments.none()
        found = narrowed(self.enrolments, None, self.cleaned_data["search"])
        cohort = self.cleaned_data["cohort"]
        if not cohort:
            return found
        return found.filter(cohort__isnull=True) if cohort == IN_NO_COHORT else found.filter(cohort=int(cohort))


class PanelFilter(_EnrolmentFilter):
    """Which enrolments to put in the assessors' hands."""

    def __init__(self, *args: Any, assessors: Iterable[User], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        people = [(str(assessor.pk), str(assessor)) for assessor in assessors]
        self.fields["assessor"] = forms.ChoiceField(
            label="Évaluateur", choices=[("", "À désigner"), ("any", "Tous"), *people], required=False
        )
        self.order_fields(["cohort", "assessor", "search"])

    def rows(self) -> EnrolmentQuerySet:
        found, assessor = super().rows(), self.cleaned_data.get("assessor")
        if not assessor:
            return without_assessor(found, on=self.on)
        return found if assessor == "any" else found.filter(panel_assignment__assessor=int(assessor))


class ReferentsFilter(_EnrolmentFilter):
    """Which enrolments to give a referent. `companies` are those where the candidates work."""

    referent = forms.ChoiceField(label="Référent", choices=ReferentFilter.choices, required=False)

    def __init__(self, *args: Any, companies: Sequence[Company], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(company.pk), str(company)) for company in companies]
        self.fields["company"] = forms.ChoiceField(
            label="Entreprise", choices=[("", "Toutes"), *places], required=False
        )
        self.order_fields(["cohort", "company", "referent", "search"])

    def rows(self) -> EnrolmentQuerySet:
        found = super().rows()
        if company := self.cleaned_data.get("company"):
            found = found.filter(company=int(company))
        return found if self.cleaned_data.get("referent") else found.filter(Q(is_referred=False))


class _BulkForm(forms.Form):
    """Those ticked on the page, or all those of the list: `listed`."""

    scope = forms.TypedChoiceField(choices=PanelScope.choices, coerce=PanelScope)
    total = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    enrolments = forms.ModelMultipleChoiceField(
        queryset=Enrolment.objects.none(),
        required=False,
        error_messages={"invalid_choice": "Cette liste a changé : choisissez à nouveau."},
    )

    def __init__(self, *args: Any, listed: EnrolmentQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed = listed
        set_queryset(self, "enrolments", listed)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        scope = cleaned.get("scope")
        if scope == PanelScope.TICKED and not self.errors and not cleaned["enrolments"]:
            raise forms.ValidationError("Cochez au moins une inscription.")
        if scope == PanelScope.FILTERED and self.listed.count() != cleaned.get("total"):
            raise forms.ValidationError("Cette liste a changé depuis son affichage : vérifiez-la, puis recommencez.")
        return cleaned

    @property
    def chosen(self) -> EnrolmentQuerySet:
        return self.listed if self.cleaned_data["scope"] == PanelScope.FILTERED else self.cleaned_data["enrolments"]


class AssessorsField(forms.ModelMultipleChoiceField):
    """Each with how many candidates they have in hand already."""

    loads: dict[int, int]

    def label_from_instance(self, assessor: User) -> str:
        load = self.loads.get(assessor.pk, 0)
        return f"{assessor}, {load} {'candidat' if load < 2 else 'candidats'} en charge"


class PanelForm(_BulkForm):
    """Whom to put in charge: one assessor, or several who share."""

    assessors = AssessorsField(
        label="Évaluateurs",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choisissez au moins un évaluateur.",
            "invalid_choice": "Cette personne ne siège pas à la commission d’évaluation.",
        },
    )
    reassigned = forms.BooleanField(
        label="Confier aussi ceux qui ont déjà un évaluateur",
        help_text="Sinon, ils restent entre les mains où ils sont.",
        required=False,
    )

    def __init__(self, *args: Any, assessors: QuerySet[User], loads: dict[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assessors"]
        assert isinstance(field, AssessorsField)  # noqa: S101  (for the type checker)
        field.loads = loads
        set_queryset(self, "assessors", assessors)


class ReferentForm(_BulkForm):
    """Which referent: of the companies of the list, each with its own."""

    referent = forms.ChoiceField(
        label="Référent", error_messages={"invalid_choice": "Ce référent n’est plus rattaché à l’entreprise."}
    )

    def __init__(self, *args: Any, memberships: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.memberships = {f"{row.company_id}-{row.user_id}": row for row in memberships}
        field = self.fields["referent"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type checker)
        field.choices = [
            ("", "Choisissez un référent"),
            *((key, f"{row.company} – {row.user}") for key, row in self.memberships.items()),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        membership = self.memberships.get(cleaned.get("referent", ""))
        if membership and not self.errors and self.chosen.exclude(company=membership.company_id).exists():
            self.add_error("referent", f"Tous ces candidats ne sont pas chez {membership.company}.")
        return cleaned

    @property
    def membership(self) -> Membership:
        return self.memberships[self.cleaned_data["referent"]]
