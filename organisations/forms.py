from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.validators import RegexValidator

from correspondence.composing import labels
from correspondence.enums import MailState
from correspondence.models import MailQuerySet

from .enums import AccreditationState, InvitationState, Role
from .models import Accreditation, Company, Presidency, TrainingOrganisation
from .models.memberships import InvitationQuerySet
from .models.organisations import CompanyQuerySet, TrainingOrganisationQuerySet
from .siret import without_spaces

# Names travel in our mails: nobody shall write an address or a sentence of their own there.
plain_name = RegexValidator(r"[<>@/:\\\d]", "Un nom s’écrit sans chiffre ni ces signes : < > @ / :", inverse_match=True)
rncp_code = RegexValidator(r"\ARNCP\d{3,6}\Z", "Un code RNCP s’écrit comme RNCP31395.")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _helper(*rows: Any) -> FormHelper:
    """The tag, its token and the button stand in the template."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*rows)
    return helper


class OrganisationForm(forms.ModelForm):
    siret = forms.CharField(
        label="SIRET", max_length=20, help_text="Quatorze chiffres, avec ou sans espaces.", strip=True
    )

    class Meta:
        fields: ClassVar = ["name", "siret", "city"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper("name", Row(Column("siret"), Column("city")))

    def clean_siret(self) -> str:
        return without_spaces(self.cleaned_data["siret"])


class TrainingOrganisationForm(OrganisationForm):
    class Meta(OrganisationForm.Meta):
        model = TrainingOrganisation


class CompanyForm(OrganisationForm):
    class Meta(OrganisationForm.Meta):
        model = Company


class AccreditationForm(forms.ModelForm):
    class Meta:
        model = Accreditation
        fields: ClassVar = ["rncp_code", "starts_on", "ends_on"]
        widgets: ClassVar = {"starts_on": DayInput(), "ends_on": DayInput()}
        help_texts: ClassVar = {
            "rncp_code": "Par exemple RNCP31395.",
            "starts_on": "Premier jour.",
            "ends_on": "Dernier jour compris. Vide si la décision n’en fixe pas.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rncp_code"].validators.append(rncp_code)
        self.helper = _helper(Row(Column("rncp_code"), Column("starts_on"), Column("ends_on")))


class PresidencyForm(forms.ModelForm):
    class Meta:
        model = Presidency
        fields: ClassVar = ["name", "quality", "starts_on"]
        widgets: ClassVar = {"starts_on": DayInput()}
        help_texts: ClassVar = {
            "name": "Tel qu’il sera imprimé sous la signature.",
            "starts_on": "La présidence en cours s’arrête la veille.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper("name", Row(Column("quality"), Column("starts_on")))


class InvitationForm(forms.Form):
    first_name = forms.CharField(label="Prénom", max_length=80, validators=[plain_name])
    last_name = forms.CharField(label="Nom", max_length=80, validators=[plain_name])
    email = forms.EmailField(
        label="Adresse électronique",
        help_text="Le lien part à cette adresse, qui servira ensuite à se connecter.",
    )

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(
            label="Rôle",
            choices=[(role.value, role.label) for role in roles],
            initial=roles[0],
            widget=forms.RadioSelect if len(roles) > 1 else forms.HiddenInput,
        )
        self.helper = _helper("role", Row(Column("first_name"), Column("last_name")), "email")

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class TrainingOrganisationFilter(forms.Form):
    q = forms.CharField(label="Nom, ville ou SIRET", required=False)
    state = forms.ChoiceField(
        label="Habilitation", required=False, choices=[("", "toutes"), *AccreditationState.choices]
    )

    def apply(self, organisations: TrainingOrganisationQuerySet) -> TrainingOrganisationQuerySet:
        """To rows that have their `accreditation_state`."""
        if not self.is_valid():
            return organisations
        found = organisations.matching(self.cleaned_data["q"])
        state = self.cleaned_data["state"]
        return found.filter(accreditation_state=state) if state else found


class CompanyFilter(forms.Form):
    q = forms.CharField(label="Nom, ville ou SIRET", required=False)

    def apply(self, companies: CompanyQuerySet) -> CompanyQuerySet:
        return companies.matching(self.cleaned_data["q"]) if self.is_valid() else companies


class MailFilter(forms.Form):
    q = forms.CharField(label="Adresse ou objet", required=False)
    state = forms.ChoiceField(label="État", required=False, choices=[("", "tous"), *MailState.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted(labels().items(), key=lambda kind: kind[1])
        self.fields["kind"] = forms.ChoiceField(label="Message", required=False, choices=[("", "tous"), *kinds])

    def apply(self, mails: MailQuerySet) -> MailQuerySet:
        if not self.is_valid():
            return mails
        found = mails.matching(self.cleaned_data["q"])
        if self.cleaned_data["kind"]:
            found = found.filter(kind=self.cleaned_data["kind"])
        return found.in_state(self.cleaned_data["state"]) if self.cleaned_data["state"] else found


class InvitationFilter(forms.Form):
    UNANSWERED, ALL = "", "all"

    q = forms.CharField(label="Nom ou adresse", required=False)
    state = forms.ChoiceField(
        label="État",
        required=False,
        choices=[(UNANSWERED, "sans réponse"), *InvitationState.choices, (ALL, "toutes")],
    )

    def apply(self, invitations: InvitationQuerySet) -> InvitationQuerySet:
        """To rows that have their `state`."""
        if not self.is_valid():
            return invitations
        found = invitations.matching(self.cleaned_data["q"])
        state = self.cleaned_data["state"]
        if state == self.UNANSWERED:
            return found.unanswered()
        return found if state == self.ALL else found.filter(state=state)
