"""The papers beside certificates and minutes, each drawn from the smallest believable context."""

from documents.drawing import Drawing, draw

from .papers import ADDRESS, BLOCK_TITLES, DRAWN_AT, TITLE, minutes_context, paper_context

SHA256 = "3595c6391c81d037a833dfc61c0b96d5fa5bda593f13deffe538623934bb9757"
BODY = {
    "name": "Commission paritaire nationale de l'emploi (CPNE) – Chambre syndicale des courtiers d'assurances (CSCA)",
    "short_name": "CSCA",
    "address": "10 rue Auber, 75009 Paris",
    "city": "Paris",
}
SESSION = {"reference": "JURY-2021-03", "held_on": "2021-03-01", "place": "10 rue Auber", "means": "en présence"}
SEALED_AT = "2021-03-01T17:02:11+00:00"
STANDARD = {"title": TITLE}


def draw_minutes() -> Drawing:
    context = minutes_context(dossiers=3) | {
        "awarding_body": BODY,
        "approvals": [
            {"name": "Claire Lefèvre", "college": "CSCA", "is_chair": True, "approved_at": SEALED_AT},
            {"name": "Łukasz Nguyễn", "college": "experts", "is_chair": False, "approved_at": SEALED_AT},
        ],
    }
    return _draw("minutes", "minutes.css", context)


def draw_notice() -> Drawing:
    context = {
        "reference": "JURY-2021-03",
        "session": SESSION | {"starts_at": "2021-03-01T08:00:00+00:00", "duration": "trois heures", "window": None},
        "standard": STANDARD,
        "awarding_body": BODY,
        "addressee": {"name": "Łukasz Nguyễn", "body": "Chambre syndicale", "college": "CSCA", "seat": 7},
        "office": "présidence",
        "stands_in_for": None,
        "dossiers": 3,
        "recused": 1,
        "made_at": SEALED_AT,
        "sha256": SHA256,
    }
    return _draw("notice", "letter.css", context)


def letter_blocks(*codes: str, reason: str = "") -> list[dict]:
    return [{"code": code, "title": BLOCK_TITLES[code], "reason": reason} for code in codes]


def draw_letter(**changes) -> Drawing:
    context = {
        "kind": "partial_award",
        "reference": "I-2021-0002",
        "session": SESSION,
        "standard": STANDARD,
        "awarding_body": BODY,
        "addressee": {"name": "Maëlle D'Hérouville", "born_name": "née Kœnig", "birth_date": "1998-03-01"},
        "decided_on": "2021-03-10",
        "published_on": "2021-03-15",
        "made_at": SEALED_AT,
        "sha256": SHA256,
        "blocks": {
            "acquired": letter_blocks("BC1", "BC2"),
            "held": letter_blocks("BC3"),
            "refused": letter_blocks("BC4"),
            "deferred": letter_blocks("BC5"),
            "awaited": letter_blocks("BC6", "BC8"),
        },
        "is_complete": False,
        "next_session_on": "2021-06-01",
        "appeal": {"months": "deux", "ends_on": "2021-05-15"},
    }
    return _draw("letter", "letter.css", context | changes)


def draw_addendum() -> Drawing:
    context = {
        "session": SESSION,
        "awarding_body": BODY,
        "standard": STANDARD,
        "minutes": {"sha256": SHA256, "sealed_at": SEALED_AT},
        "number": 1,
        "dossier": "I-2021-0002",
        "name": "Łukasz Nguyễn",
        "corrects": "6 pour, 6 contre",
        "text": "7 pour, 5 contre",
        "signatory": {"name": "Claire Lefèvre", "college": "CSCA", "office": "présidence"},
        "sealed_at": SEALED_AT,
        "sha256": SHA256,
    }
    return _draw("addendum", "minutes.css", context)


def draw_extract(**changes) -> Drawing:
    minutes = minutes_context(dossiers=1)
    context = {
        "session": SESSION,
        "awarding_body": BODY,
        "standard": STANDARD,
        "quorum": {"present": 13, "required": 7, "seats": 13},
        "chair": "Claire Lefèvre",
        "sealed_at": SEALED_AT,
        "approvals": [{"name": "Claire Lefèvre", "college": "CSCA", "is_chair": True, "approved_at": SEALED_AT}],
        "minutes": {"sha256": SHA256, "sealed_at": SEALED_AT},
        "dossier": minutes["dossiers"][0] | {"presided_by": ["Claire Lefèvre"], "en_bloc": {"is_pulled": True}},
        "recused": ["Titulaire du siège 3"],
        "departures": [{"block": "BC4", "ground": "pièces nouvelles", "reason": "Le dossier a été complété."}],
        "addenda": [{"number": 1, "corrects": "6 pour", "text": "7 pour", "sealed_at": SEALED_AT}],
        "made_at": SEALED_AT,
        "sha256": SHA256,
    }
    return _draw("extract", "minutes.css", context | changes)


def draw_duplicate(*, holder=None, **changes) -> Drawing:
    context = paper_context(seal_holder="Secrétariat de la certification", holder=holder) | {
        "rank": 1,
        "reason": "perdu dans un déménagement",
        "made_on": "2022-02-03",
        "sha256": SHA256,
        "file_name": "2021-000042.pdf",
        "form_url": ADDRESS.removeprefix("https://").rpartition("/")[0],
    }
    return _draw("duplicate", "duplicate.css", context | changes)


def draw_supplement() -> Drawing:
    paper = paper_context(seal_holder="Secrétariat de la certification")
    context = paper | {
        "sha256": SHA256,
        "form_url": ADDRESS.removeprefix("https://").rpartition("/")[0],
        "annex": {
            "route": "contrat d'apprentissage",
            "blocks": [*paper["blocks"], paper["blocks"][0] | {"code": "BC7", "acquired_on": None}],
            "channels": [
                {"title": "Organisme", "is_required": True, "parts_rule": "all", "parts": ["étude de cas", "oral"]},
                {"title": "Entreprise", "is_required": False, "parts_rule": "any", "parts": ["observation"]},
            ],
            "colleges": [{"seats": 5, "title": "syndicats"}, {"seats": 5, "title": "employeurs"}],
        },
    }
    return _draw("supplement", "supplement.css", context)


def _draw(name: str, stylesheet: str, context: dict) -> Drawing:
    words = {"specimen": True, "has_movements": False, "template_version": "2"} | context
    return draw(f"papers/{name}.html", words, stylesheet=stylesheet, title=TITLE, created_at=DRAWN_AT)


JURY_PAPERS = {
    "minutes": draw_minutes,
    "notice": draw_notice,
    "letter": draw_letter,
    "addendum": draw_addendum,
    "extract": draw_extract,
}
ANNEXES = {"duplicate": draw_duplicate, "supplement": draw_supplement}
