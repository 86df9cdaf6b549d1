from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.db.models import QuerySet

from accounts.models import User
from blocks.enums import CollegeCode
from blocks.models import JuryCollege
from candidates.models import Enrolment, EnrolmentQuerySet
from organisations.forms import plain_name
from organisations.models import Company, TrainingOrganisation

from .enums import BallotChoice, DepartureGround
from .models import Deliberation, Dossier, JuryMember, JuryMemberQuerySet, JurySession, Seat
from .services import Seating

NOBODY = "siège à pourvoir"
CASTING_CHOICES = [(choice.value, choice.label) for choice in (BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED)]


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MandateForm(forms.Form):
    """Who is mandated, by which college, and what ties them to candidates."""

    first_name = forms.CharField(label="Prénom", max_length=80, validators=[plain_name])
    last_name = forms.CharField(label="Nom", max_length=80, validators=[plain_name])
    email = forms.EmailField(
        label="Adresse électronique",
        help_text="Elle sert à se connecter. Si elle a déjà un compte, c’est lui qui est mandaté, sous son propre nom.",
    )
    college = forms.TypedChoiceField(label="Collège", choices=CollegeCode, coerce=CollegeCode)
    body = forms.CharField(
        label="Organisation qui mandate",
        max_length=160,
        help_text="La confédération, la CSCA, l’organisme de formation ; pour un expert, sa qualité.",
    )
    training_organisation = forms.ModelChoiceField(
        TrainingOrganisation.objects.none(),
        label="Organisme de formation représenté",
        required=False,
        empty_label="aucun",
        help_text="Pour le collège de l’organisme de formation, et pour lui seul.",
    )
    company = forms.ModelChoiceField(
        Company.objects.none(),
        label="Employeur",
        required=False,
        empty_label="aucune de ces entreprises",
        help_text="S’il emploie des candidats : ce membre sera retiré de leurs dossiers.",
    )
    starts_on = forms.DateField(label="Premier jour", widget=day_input())
    ends_on = forms.DateField(
        label="Dernier jour",
        required=False,
        widget=day_input(),
        help_text="Compris. Vide si le mandat n’a pas de terme.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        company: Any = self.fields["company"]
        company.queryset = Company.objects.visible_to(user).order_by("name", "pk")
        organisation: Any = self.fields["training_organisation"]
        organisation.queryset = TrainingOrganisation.objects.visible_to(user).order_by("name", "pk")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Fieldset("La personne", Row(Column("first_name"), Column("last_name")), "email"),
            Fieldset(
                "Son mandat",
                Row(Column("college"), Column("training_organisation")),
                "body",
                Row(Column("starts_on"), Column("ends_on")),
                "company",
                css_class="section",
            ),
        )


class EndMandateForm(forms.Form):
    on = forms.DateField(label="Dernier jour du mandat", widget=day_input(), help_text="Compris.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class MandateFilter(forms.Form):
    ENDED = "ended"

    state = forms.ChoiceField(
        label="Mandats", required=False, choices=[("", "en cours ou à venir"), (ENDED, "terminés")]
    )

    @property
    def is_on_ended(self) -> bool:
        return self.is_valid() and self.cleaned_data["state"] == self.ENDED

    def apply(self, members: JuryMemberQuerySet, *, on: date) -> JuryMemberQuerySet:
        return members.ended(on) if self.is_on_ended else members.in_force_or_to_come(on)


class MemberField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.user.full_name} ({obj.body})"


class CompositionForm(forms.Form):
    """As many places as each college has, each for a member and perhaps a substitute; one of them presides."""

    chair = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    vice_chair = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, session: JurySession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleges = list(session.version.jury_colleges.order_by("position"))
        self.places = list(_places(self.colleges))
        members = JuryMember.objects.in_force(session.held_on).select_related("user").order_by("user__last_name", "pk")
        self.mandated = {college.code: [m for m in members if m.college == college.code] for college in self.colleges}
        for number, college in self.places:
            queryset = JuryMember.objects.filter(pk__in=[member.pk for member in self.mandated[college.code]])
            for name, label in (("member", "Titulaire"), ("substitute", "Suppléant")):
                self.fields[f"{name}_{number}"] = _member_field(queryset, self.mandated[college.code], label, number)
        for name in ("chair", "vice_chair"):
            office: Any = self.fields[name]
            office.choices = [(number, f"siège {number}") for number, _ in self.places]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("chair") and cleaned.get("chair") == cleaned.get("vice_chair"):
            self.add_error("vice_chair", "Qui préside ne vice-préside pas : choisissez un autre siège.")
        return cleaned

    @property
    def rows(self) -> list[dict[str, Any]]:
        chair, vice_chair = self["chair"].value(), self["vice_chair"].value()
        return [
            {
                "number": number,
                "college": college,
                "member": self[f"member_{number}"],
                "substitute": self[f"substitute_{number}"],
                "is_chair": str(chair) == str(number),
                "is_vice_chair": str(vice_chair) == str(number),
            }
            for number, college in self.places
        ]

    @property
    def short_colleges(self) -> list[tuple[JuryCollege, int]]:
        """Those that mandate fewer people than they have seats, and how many."""
        counted = [(college, len(self.mandated[college.code])) for college in self.colleges]
        return [(college, count) for college, count in counted if count < college.seats]

    def initial_seats(self) -> list[Seat]:
        """As it is filled before anybody submits it; of a proposal, not kept."""
        members = {member.pk: member for mandated in self.mandated.values() for member in mandated}
        given = {number: self.initial.get(f"member_{number}") for number, _ in self.places}
        return [
            Seating(
                members[given[number]],
                members.get(self.initial.get(f"substitute_{number}")),
                is_chair=self.initial.get("chair") == number,
                is_vice_chair=self.initial.get("vice_chair") == number,
            ).seat(number, pk=number)
            for number, _ in self.places
            if given[number] in members
        ]

    def seats(self) -> list[Seat]:
        """As it was sent, not kept; numbered by place, as they will not be if one stays empty."""
        return [seating.seat(number, pk=number) for number, seating in enumerate(self.seatings(), start=1)]

    def seatings(self) -> list[Seating]:
        """Of the places filled."""
        given = self.cleaned_data
        return [
            Seating(
                given[f"member_{number}"],
                given[f"substitute_{number}"],
                is_chair=given["chair"] == number,
                is_vice_chair=given.get("vice_chair") == number,
            )
            for number, _ in self.places
            if given.get(f"member_{number}")
        ]


def _places(colleges: Iterable[JuryCollege]) -> Iterable[tuple[int, JuryCollege]]:
    places = [college for college in colleges for _ in range(college.seats)]
    return enumerate(places, start=1)


def _member_field(queryset: Any, members: list[JuryMember], label: str, number: int) -> MemberField:
    field = MemberField(queryset, label=f"{label} du siège {number}", required=False, empty_label="—")
    # The same members for each place of a college: read once, shown in each.
    field.choices = [("", NOBODY if label == "Titulaire" else "—")] + [
        (member.pk, field.label_from_instance(member)) for member in members
    ]
    field.widget.attrs["class"] = "form-select"
    return field


def composition_initial(seats: Iterable[Seat], colleges: Iterable[JuryCollege]) -> dict[str, Any]:
    """Each seat at a place of its college, in order."""
    free: dict[str, list[int]] = {college: [] for college in CollegeCode.values}
    for number, college in _places(colleges):
        free[college.code].append(number)
    initial: dict[str, Any] = {}
    for seat in seats:
        number = free[seat.college].pop(0)
        initial |= {f"member_{number}": seat.member_id, f"substitute_{number}": seat.substitute_id}
        if seat.is_chair:
            initial["chair"] = number
        if seat.is_vice_chair:
            initial["vice_chair"] = number
    return initial


class AgendaForm(forms.Form):
    enrolments = forms.ModelMultipleChoiceField(
        Enrolment.objects.none(), error_messages={"required": "Choisissez au moins un candidat."}
    )

    def __init__(self, *args: Any, convenable: EnrolmentQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        enrolments: Any = self.fields["enrolments"]
        enrolments.queryset = convenable


class DecisionForm(forms.Form):
    casting = forms.TypedChoiceField(choices=CASTING_CHOICES, coerce=BallotChoice, required=False, empty_value=None)
    ground = forms.TypedChoiceField(choices=DepartureGround, coerce=DepartureGround, required=False, empty_value=None)
    reason = forms.CharField(max_length=2000, required=False)


class ResitForm(forms.Form):
    """Of which candidates the refused blocks are evaluated again, and by when."""

    due_on = forms.DateField(label="À rendre pour le", widget=day_input())
    dossiers = forms.ModelMultipleChoiceField(
        Dossier.objects.none(),
        error_messages={
            "required": "Choisissez au moins un candidat.",
            "invalid_choice": "Cette liste a changé : choisissez à nouveau.",
        },
    )

    def __init__(self, *args: Any, openable: QuerySet[Dossier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dossiers: Any = self.fields["dossiers"]
        dossiers.queryset = openable


class RatificationForm(forms.Form):
    """The CPNEFP follows the jury on every block, but those for which a reason is written."""

    decided_on = forms.DateField(label="Date de la décision", widget=day_input())
    chaired_by = forms.CharField(label="Présidée par", max_length=160)
    note = forms.CharField(label="Observations", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, decided: Mapping[Dossier, list[Deliberation]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decided = decided
        for deliberation in self.deliberations:
            self.fields[f"reason_{deliberation.pk}"] = forms.CharField(
                required=False,
                max_length=2000,
                label=f"Motif du renvoi de {deliberation.code}",
                widget=forms.TextInput(attrs={"class": "form-control", "placeholder": "Motif du renvoi"}),
            )

    @property
    def deliberations(self) -> list[Deliberation]:
        return [deliberation for deliberations in self.decided.values() for deliberation in deliberations]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "dossier": dossier,
                "blocks": [{"deliberation": row, "reason": self[f"reason_{row.pk}"]} for row in deliberations],
            }
            for dossier, deliberations in self.decided.items()
        ]

    def exceptions(self) -> dict[Deliberation, str]:
        reasons = {row: self.cleaned_data[f"reason_{row.pk}"] for row in self.deliberations}
        return {row: reason for row, reason in reasons.items() if reason}
