"""Every piece of the interface on one page, for the tests and for the eye."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.utils import timezone

from accounts.todo import ToDo
from evaluations.enums import Rating
from rulebook.verdict import CheckOutcome, Source

TEMPLATE = Path(__file__).with_name("gallery.html")
PEOPLE = ("Maëlle D’Hérouville-Nguyễn", "Émile Zola", "Łukasz Brzęczyszczykiewicz", "Zoé Le Goff", "Ana Ñandú")


@dataclass(frozen=True, slots=True)
class Square:
    code: str
    title: str
    marks: tuple[str, str, str]
    flag: str = ""


SQUARES = (
    Square("BC1", "Exercer son rôle de courtier", ("submitted", "submitted", "submitted"), "acquired"),
    Square("BC2", "Assurer le relais d’information", ("submitted", "submitted", "submitted"), "carried"),
    Square("BC3", "Gérer la relation clientèle", ("submitted", "submitted", "submitted"), "not_acquired"),
    Square("BC4", "Rédiger une offre commerciale", ("submitted", "draft", "expected")),
    Square("BC5", "Gérer un portefeuille clients", ("submitted", "late", "none")),
    Square("BC6", "Produire les contrats", ("not_required", "expected", "late")),
    Square("BC7", "Assurer la gestion des contrats", ("none", "none", "none")),
    Square("BC8", "Instruire les dossiers sinistres", ("not_required", "not_required", "not_required")),
)


class RatingsForm(forms.Form):
    c1 = forms.ChoiceField(label="Niveau de C1", choices=Rating.choices, widget=forms.RadioSelect)
    c2 = forms.ChoiceField(label="Niveau de C2", choices=Rating.choices, widget=forms.RadioSelect)


class FiltersForm(forms.Form):
    q = forms.CharField(label="Nom", required=False)
    route = forms.ChoiceField(label="Voie d’accès", required=False, choices=[("", "toutes"), ("vae", "VAE")])
    late = forms.BooleanField(label="En retard", required=False)


class EnrolmentForm(forms.Form):
    family_name = forms.CharField(label="Nom de naissance", help_text="Comme sur la pièce d’identité.")
    birth_date = forms.DateField(label="Date de naissance")
    route = forms.ChoiceField(label="Voie d’accès", choices=[("vae", "VAE"), ("app", "apprentissage")])
    options = forms.MultipleChoiceField(
        label="Blocs optionnels", choices=[("BC6", "BC6"), ("BC7", "BC7")], widget=forms.CheckboxSelectMultiple
    )
    consent = forms.BooleanField(label="Le candidat a vérifié son identité")
    comment = forms.CharField(label="Commentaire", widget=forms.Textarea(attrs={"rows": 3}), required=False)


def check(outcome: CheckOutcome, sentence: str, source: Source, *checks: Any, reference: str = "") -> SimpleNamespace:
    return SimpleNamespace(outcome=outcome, sentence=sentence, source=source, reference=reference, checks=checks)


def context() -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "people": PEOPLE,
        "squares": SQUARES,
        "late": date(2026, 3, 1),
        "soon": today + timedelta(days=3),
        "now": datetime(2026, 8, 7, 12, 30, tzinfo=timezone.get_default_timezone()),
        "todos": [
            ToDo("Évaluations à transmettre", 12, "/", today - timedelta(days=2), "voie 1, promotion 2026"),
            ToDo("Conflits d’intérêts à déclarer", 1, "/", today + timedelta(days=4)),
            ToDo("Dossiers à lire", 1250, "/", today + timedelta(days=40)),
            ToDo("Certificats à délivrer", 3, "/"),
        ],
        "stats": [
            SimpleNamespace(label=label, count=count, url="/", is_late=is_late)
            for label, count, is_late in (
                ("inscrits", 1284, False),
                ("évalués", 312, False),
                ("à convoquer", 48, True),
                ("délibérés", 26, False),
                ("à ratifier", 0, False),
                ("à délivrer", 17, False),
                ("à déclarer", 9, False),
            )
        ],
        "page": Paginator(range(1234), 50).page(2),
        "filters": FiltersForm(),
        "ratings": RatingsForm({"c1": Rating.PARTIALLY_ACQUIRED}),
        "form": EnrolmentForm({"family_name": "Nguyễn", "birth_date": "31/02/2000"}),
        "bars": [SimpleNamespace(label=f"BC{number}", value=40 - 3 * number) for number in range(1, 9)],
        "verdict": check(
            CheckOutcome.UNMET,
            "Le certificat ne peut pas encore être délivré.",
            Source.SHEET,
            check(CheckOutcome.MET, "Les cinq blocs obligatoires sont acquis.", Source.SHEET),
            check(
                CheckOutcome.UNMET,
                "Il manque un bloc optionnel sur deux.",
                Source.SHEET,
                check(CheckOutcome.MET, "BC6 est acquis.", Source.SHEET),
                check(CheckOutcome.UNKNOWN, "BC8 n’a pas encore été délibéré.", Source.DEFAULT),
            ),
            check(CheckOutcome.UNKNOWN, "La CPNEFP n’a pas décidé.", Source.AGREEMENT, reference="article 9"),
            check(CheckOutcome.NOTED, "Entrée en formation le 2 mai 2020.", Source.LAW, reference="L. 6113-9"),
        ),
    }


def render_gallery(request: Any) -> str:
    return engines["django"].from_string(TEMPLATE.read_text()).render(context(), request)
