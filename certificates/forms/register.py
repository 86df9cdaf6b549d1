"""Which papers of the register somebody asks for, in the page's address."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Q

from candidates.forms.fields import day_input
from candidates.models import names_hold, shown_name
from juries.models import Dossier, JurySession

from .. import keys
from ..enums import CertificateState, PaperKind
from ..models import CertificateQuerySet, NumberCounter

ALL = ("", "Tous")


class RegisterFilterForm(forms.Form):
    q = forms.CharField(label="Nom ou numéro", required=False, max_length=120)
    birth_date = forms.DateField(label="Né le", required=False, widget=day_input())
    session = forms.ModelChoiceField(JurySession.objects.none(), label="Session", required=False, empty_label="Toutes")
    year = forms.TypedChoiceField(label="Année", required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label="Document", required=False, choices=[ALL, *PaperKind.choices])
    state = forms.ChoiceField(label="État", required=False, choices=[ALL, *CertificateState.choices])
    registration = forms.ChoiceField(
        label="RNCP", required=False, choices=[ALL, ("yes", "mentionné"), ("no", "non mentionné")]
    )
    anomalies = forms.BooleanField(label="Anomalies seulement", required=False)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    ORDERS: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "issued": ("pk",),  # as they were issued, by an index
        "-issued": ("-pk",),
        "number": ("kind", "year", "sequence"),
        "-number": ("-kind", "-year", "-sequence"),
        "holder": (shown_name(prefix="candidate__").asc(), "candidate__search_key", "pk"),
        "-holder": (shown_name(prefix="candidate__").desc(), "-candidate__search_key", "-pk"),
        "delivered": ("delivered_on", "pk"),
        "-delivered": ("-delivered_on", "-pk"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session: Any = self.fields["session"]
        session.queryset = JurySession.objects.filter(published_at__isnull=False).order_by("-held_on", "-pk")
        years = NumberCounter.objects.order_by("-year").values_list("year", flat=True).distinct()
        year: Any = self.fields["year"]
        year.choices = [("", "Toutes"), *((each, str(each)) for each in years)]

    @property
    def asked(self) -> Mapping[str, Any]:
        """What was asked for and understood; an answer that is no answer narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def order(self) -> str:
        sort = str(self.asked.get("sort", ""))
        return sort if sort in self.ORDERS else "-issued"

    @property
    def wants_anomalies(self) -> bool:
        return bool(self.asked.get("anomalies"))

    def filter(self, certificates: CertificateQuerySet) -> CertificateQuerySet:
        """All but `anomalies`, which no query can tell: see `register.standings_of`."""
        asked = self.asked
        if words := asked.get("q"):
            certificates = certificates.filter(_named_or_numbered(words))
        if birth_date := asked.get("birth_date"):
            certificates = certificates.filter(candidate__birth_date=birth_date)
        if session := asked.get("session"):
            certificates = certificates.filter(
                enrolment__in=Dossier.objects.filter(session=session).values("enrolment")
            )
        if registration := asked.get("registration"):
            certificates = certificates.filter(registration__isnull=registration == "no")
        equal = {name: asked[name] for name in ("year", "kind", "state") if name in asked}
        return certificates.filter(**equal).order_by(*self.ORDERS[self.order])


def _named_or_numbered(words: str) -> Q:
    """No name has a figure in it, and every number has: CQP-2021-000042, its beginning, or 42."""
    if words.strip().isdecimal():
        return Q(sequence=int(words)) if len(words) <= 6 else Q(number=words)
    if any(letter.isdecimal() for letter in words):
        return Q(number__startswith=keys.number_as_typed(words))
    return names_hold(words, prefix="candidate__")
