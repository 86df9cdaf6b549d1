"""Words that name an illness where only a need is asked for: pointed at, never refused."""

import re
import unicodedata

# Beginnings of words, without accents: what names a person's state of health rather than what hinders them.
_NAMED = [
    "alzheimer",
    "anorexi",
    "arthros",
    "asperger",
    "autis",
    "bipolair",
    "borderline",
    "boulimi",
    "cancer",
    "crohn",
    "cirrhos",
    "demence",
    "depress",
    "diabet",
    "dyscalculi",
    "dyslexi",
    "dysorthographi",
    "dysphasi",
    "dyspraxi",
    "endometrios",
    "epileps",
    "epilepti",
    "fibromyalg",
    "hemophil",
    "hepatit",
    "hyperactivit",
    "leucemi",
    "lupus",
    "lymphom",
    "mucoviscidos",
    "myopath",
    "nevros",
    "parkinson",
    "paranoi",
    "phobi",
    "polyarthrit",
    "psychos",
    "psychiatr",
    "schizophren",
    "sclerose",
    "spondylarthrit",
    "tumeur",
]
_WHOLE = ["avc", "bpco", "burn-out", "mici", "mdph", "rqth", "sep", "sida", "tda", "tdah", "toc", "tsa", "vih"]
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def diagnosis_words(text: str) -> tuple[str, ...]:
    """As they were typed, each once, in the order of the text."""
    return tuple(dict.fromkeys(word for word in _WORDS.findall(text) if _names_an_illness(word)))


def _names_an_illness(word: str) -> bool:
    bare = "".join(sign for sign in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(sign))
    return bare in _WHOLE or bare.startswith(tuple(_NAMED))
