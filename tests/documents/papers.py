"""The contexts that papers are drawn from: the smallest believable ones, in the words of the sheet."""

from copy import deepcopy
from datetime import UTC, datetime

from documents.drawing import Drawing, draw
from documents.qr import qr_svg_data_uri

DRAWN_AT = datetime(2021, 3, 15, 9, tzinfo=UTC)
TITLE = "Certificat de qualification professionnelle Chargé de clientèle en courtage d'assurances"
ADDRESS = "https://certification.example/verifier/2021-000042/7K3QM5RWX2VBD6NHTJ4YPAEFGC"
BLOCK_TITLES = {
    "BC1": "Exercer son rôle de courtier et assurer la coordination et l'intermédiation clients/organismes assureurs",
    "BC2": "Assurer le relais d'information et la coordination interne",
    "BC3": "Gérer la relation clientèle",
    "BC4": "Rédiger ou proposer une offre commerciale client",
    "BC5": "Gérer un portefeuille clients et contribuer au développement commercial",
    "BC6": "Produire ou mettre en œuvre les contrats d'assurances relevant de son champ d'activité",
    "BC7": "Assurer la gestion des contrats d'assurances",
    "BC8": "Réaliser le suivi et l'instruction des dossiers sinistres",
}
BC4_COMPETENCIES = {
    "C8": "Réaliser un diagnostic du risque client en l'aidant à définir précisément son besoin.",
    "C9": "Etablir le cahier des charges du besoin client ou du/des risque(s) à couvrir et lancer l'appel d'offres "
    "auprès des organismes assureurs.",
    "C10": "Réaliser un benchmark des offres (produits, tarifs) proposées par les organismes assureurs afin d'élaborer "
    "une offre tarifaire.",
    "C11": "Présenter l'offre commerciale en vue de la signature de la proposition d'assurances.",
    "C12": "Assurer le bon suivi de l'émission du contrat et de sa mise en place.",
}
SEVEN = ("BC1", "BC2", "BC3", "BC4", "BC5", "BC6", "BC8")


def paper_context(*, codes=SEVEN, holder=None, **changes) -> dict:
    return deepcopy(
        {
            "kind": "certificate",
            "number": "2021-000042",
            "title": TITLE,
            "awarding_body": {
                "name": "Commission paritaire nationale de l'emploi (CPNE) des entreprises de courtages d'assurances "
                "et/ou de réassurances – Chambre syndicale des courtiers d'assurances (CSCA)",
                "address": "10 rue Auber, 75009 Paris",
            },
            "registration": {"rncp_code": "RNCP31395", "ordered_on": "2018-07-30", "published_on": "2018-08-07"},
            "nsf": {
                "code": "313t",
                "label": "Instruction de dossiers, traitements de flux et de produits financiers",
            },
            "holder": {
                "sex": "F",
                "birth_name": "D'Hérouville",
                "usual_name": "",
                "first_names": "Maëlle Joséphine",
                "birth_date": "1998-03-01",
                "birth_place": "Lyon 3e (Rhône)",
            }
            | (holder or {}),
            "blocks": [
                {
                    "code": code,
                    "title": BLOCK_TITLES[code],
                    "acquired_on": "2021-03-01",
                    "competencies": [{"code": c, "wording": w} for c, w in BC4_COMPETENCIES.items()],
                }
                for code in codes
            ],
            "agreement": "accord du 26 octobre 2017 portant sur la mise en place du nouveau dispositif relatif aux "
            "certificats de qualification professionnelle de la branche",
            "place": "Paris",
            "delivered_on": "2021-03-15",
            "signatory": {"name": "Hélène Kœnig", "quality": "Le Président"},
            "specimen": False,
            "template_version": "1",
            "seal_holder": "",
            "verification": {
                "url": ADDRESS,
                "display_url": "certification.example/verifier/2021-000042",
                "key": "7K3QM5RWX2VBD6NHTJ4YPAEFGC",
                "qr": qr_svg_data_uri(ADDRESS),
            },
        }
        | changes
    )


def minutes_context(*, dossiers: int, codes=SEVEN) -> dict:
    colleges = ["organisations syndicales"] * 5 + ["CSCA"] * 5 + ["experts"] * 2 + ["organisme de formation"]
    return {
        "session": {
            "reference": "JURY-2021-03",
            "held_on": "2021-03-01",
            "opened_at": "2021-03-01T08:05:00+00:00",
            "closed_at": "2021-03-01T16:40:00+00:00",
            "place": "10 rue Auber, 75009 Paris",
            "means": "en présence",
        },
        "standard": {"title": TITLE},
        "seats": [
            {
                "number": number,
                "college": college,
                "titular": f"Titulaire du siège {number}",
                "substitute": None,
                "sitting": f"Titulaire du siège {number}",
                "presence": "présent",
            }
            for number, college in enumerate(colleges, start=1)
        ],
        "quorum": {"present": 13, "required": 7},
        "conflicts": [{"dossier": "I-2021-0002", "member": "Titulaire du siège 3", "reason": "employeur du candidat"}],
        "dossiers": [
            {
                "reference": f"I-2021-{rank:04d}",
                "name": "Łukasz Nguyễn",
                "blocks": [
                    {
                        "code": code,
                        "title": BLOCK_TITLES[code],
                        "opinions": {"training": None, "company": "réservé", "panel": "favorable"},
                        "proposal": "à discuter",
                        "decision": "acquis",
                        "for": 6,
                        "against": 6,
                        "abstain": 0,
                        "casting": "acquis",
                        "departure_reason": "",
                    }
                    for code in codes
                ],
            }
            for rank in range(1, dossiers + 1)
        ],
        "departures": [],
        "incidents": [],
        "chair": "Claire Lefèvre",
        "sealed_at": "2021-03-01T17:02:11+00:00",
        "sha256": "3595c6391c81d037a833dfc61c0b96d5fa5bda593f13deffe538623934bb9757",
    }


def draw_paper(context: dict, **options) -> Drawing:
    template = f"papers/{context['kind']}.html"
    options = {"stylesheet": "certificate.css", "title": context["title"], "created_at": DRAWN_AT} | options
    return draw(template, context, **options)
