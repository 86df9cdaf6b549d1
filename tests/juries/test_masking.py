"""What is written freely may name the candidate: in an anonymous session nobody reads it."""

import unicodedata

import pytest

from juries.masking import MASK, Names, masker

PEOPLE = {
    "as it is": ("Martin", "Très bien, Martin a tout lu.", f"Très bien, {MASK} a tout lu."),
    "in capitals": ("Martin", "M. MARTIN a tout lu.", f"M. {MASK} a tout lu."),
    "in small letters": ("Martin", "martin a tout lu.", f"{MASK} a tout lu."),
    "with its accents": ("Barthélemy", "Mme Barthélemy", f"Mme {MASK}"),
    "without its accents": ("Barthélemy", "mme BARTHELEMY", f"mme {MASK}"),
    "accents of their own": ("Barthélemy", unicodedata.normalize("NFD", "Mme Barthélemy."), f"Mme {MASK}."),
    "an accent too many": ("Lefevre", "M. Lefèvre", f"M. {MASK}"),
    "a ligature": ("Lecœur", "M. Lecoeur", f"M. {MASK}"),
    "a hyphen": ("Jean-Pierre", "Jean-Pierre écoute.", f"{MASK} écoute."),
    "a hyphen left out": ("Jean-Pierre", "jean pierre écoute.", f"{MASK} écoute."),
    "another hyphen": ("Jean-Pierre", "Jean‑Pierre écoute.", f"{MASK} écoute."),
    "one half": ("Jean-Pierre", "Pierre écoute.", f"{MASK} écoute."),
    "written in one": ("Jean-Pierre", "jeanpierre écoute.", f"{MASK} écoute."),
    "an apostrophe": ("D’Almeida", "M. D'Almeida", f"M. {MASK}"),
    "an apostrophe left out": ("D’Almeida", "M. d almeida", f"M. {MASK}"),
    "after an elision": ("Anne", "l’écoute d’Anne", f"l’écoute d’{MASK}"),
    "in brackets": ("Martin", "(Martin)", f"({MASK})"),
    "in an address": ("Martin", "anne.martin@exemple.fr", f"anne.{MASK}@exemple.fr"),
    "a particle keeps its sentence": ("de La Tour", "le bas de la page", "le bas de la page"),
    "with its particles": ("de La Tour", "Mme de la Tour", f"Mme {MASK}"),
    "within another word": ("Martin", "la Martinique, les martinets", "la Martinique, les martinets"),
    "a common word that is meant": ("Petit", "un petit oubli", "un petit oubli"),
    "a common word that names": ("Petit", "M. Petit, PETIT", f"M. {MASK}, {MASK}"),
    "a name of two letters": ("An", "un an plus tard, An revient", f"un an plus tard, {MASK} revient"),
    "nothing": ("Martin", "", ""),
    "several": ("Anne Léa", "Anne, Léa : Anne Léa.", f"{MASK} : {MASK}."),
}


@pytest.mark.parametrize(("name", "text", "expected"), PEOPLE.values(), ids=PEOPLE.keys())
def test_a_person_is_masked(name: str, text: str, expected: str):
    assert masker(Names(people=(name,)))(text) == expected


BODIES = {
    "whole": ("Cabinet Durand Assurances", "au CABINET DURAND ASSURANCES", f"au {MASK}"),
    "in short": ("Cabinet Durand Assurances", "chez Durand", f"chez {MASK}"),
    "in short, in small letters": ("Cabinet Durand Assurances", "chez durand", f"chez {MASK}"),
    "what everybody is called": (
        "Cabinet Durand Assurances",
        "le cabinet vend des assurances",
        "le cabinet vend des assurances",
    ),
    "a part of several": ("Horizon Sud Courtage", "chez Horizon, à l’horizon", f"chez {MASK}, à l’horizon"),
    "its own words": ("Institut de formation Rhône-Alpes", "à Rhone Alpes", f"à {MASK}"),
    "nothing of its own": ("Assurances et courtage", "Assurances et courtage", MASK),
}


@pytest.mark.parametrize(("name", "text", "expected"), BODIES.values(), ids=BODIES.keys())
def test_a_company_is_masked(name: str, text: str, expected: str):
    assert masker(Names(bodies=(name,)))(text) == expected


def test_the_whole_identity_is_one_mask():
    mask = masker(Names(people=("Martin", "Le Goff", "Anne-Sophie Léa"), bodies=("Cabinet Durand",)))

    assert mask("Anne-Sophie Le Goff (née Martin), du cabinet Durand.") == f"{MASK} (née {MASK}), du {MASK}."


def test_what_names_nobody_stays_as_it_was_written():
    text = "Écoute, reformule ;\n« très bien » – 15/20 ☂"

    assert masker(Names(people=("Martin",), bodies=("Durand",)))(text) == text
