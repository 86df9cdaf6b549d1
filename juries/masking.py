"""Anonymous sessions: what a member of the jury reads in the place of names. Nothing else decides it.

The candidate, their company and their organisation are named in two places only: where conflicts are declared, since
nobody declares a tie to a number, and on the sealed papers. The secretariat's pages keep every name.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from candidates.models import Enrolment

from .models import Dossier, JurySession, Seat

MASK = "[masqué]"
Masker: TypeAlias = Callable[[str], str]

# What a name is made of and tells nobody from another.
_PARTICLES = "al ben d da de del della den der des di do dos du el et l la le les van von y"
_GENERIC = (
    "academie agence assurance assurances banque cabinet centre compagnie conseil conseils cooperative courtage "
    "courtier courtiers ecole entreprise entreprises finance finances formation formations france franco gestion "
    "groupe institut lycee mutuelle mutuelles organisme patrimoine prevoyance sa sarl sas sasu scop service services "
    "sociale societe solutions superieure universite"
)
# Names that are also words: alone and in small letters, the word is meant.
_COMMON = (
    "aime ange aube aurore avril beau bel berger blanc blanche bois bon bonnet boucher boulanger brun charpentier "
    "chevalier claire clement constance constant court dore doux droit fidele fleur forestier fort france franc froid "
    "grand gros haute honore jeune juste leger lion long loup marchand marine marin meunier moulin "
    "noble noir olive page parfait petit plat prevost proche prudence prudent reine riviere roche "
    "rond rose roux sage second serein simple tendre vallee vert victoire vif violette"
)
PARTICLES = frozenset(_PARTICLES.split())
GENERIC = PARTICLES | frozenset(_GENERIC.split())
COMMON_WORDS = frozenset(_COMMON.split())
BETWEEN = r"[^\w]{0,3}"  # the words of one name: a space, a hyphen, « , », or nothing
SHORT = 3  # letters: such a name is a word too often to be looked for in small letters


def is_masked(session: JurySession, seat: Seat | None) -> bool:
    """For whoever sits, an admin too; the secretariat reads names."""
    return session.masks_identity and seat is not None


def heading_of(dossier: Dossier, seat: Seat | None) -> str:
    """How a page, a list or a message names this dossier to whoever sits in `seat`; None for the secretariat."""
    if is_masked(dossier.session, seat):
        return number_of(dossier)
    return dossier.enrolment.candidate.display_name


def number_of(dossier: Dossier) -> str:
    return f"Candidat n°\N{NO-BREAK SPACE}{dossier.position}"


def whereabouts_of(dossier: Dossier, seat: Seat | None) -> str:
    """« Centre de formation, Entreprise »; nothing in an anonymous session."""
    if is_masked(dossier.session, seat):
        return ""
    enrolment = dossier.enrolment
    return ", ".join(str(place) for place in (enrolment.training_organisation, enrolment.company) if place)


def masker_of(dossier: Dossier, seat: Seat | None) -> Masker:
    """What a free text about this candidate goes through before it is shown to whoever sits in `seat`."""
    return masker(names_of(dossier.enrolment)) if is_masked(dossier.session, seat) else str


def masked_minutes(content: Mapping[str, Any], session: JurySession, seat: Seat | None) -> Mapping[str, Any]:
    """The draft of the minutes for whoever sits in `seat`: the sealed ones name everybody."""
    if session.is_sealed or not is_masked(session, seat):
        return content
    related = ("enrolment__candidate", "enrolment__company", "enrolment__training_organisation")
    dossiers = {row.enrolment.reference: row for row in session.dossiers.select_related(*related)}
    maskers = {reference: masker(names_of(row.enrolment)) for reference, row in dossiers.items()}

    def of_all(text: str) -> str:
        for mask in maskers.values():
            text = mask(text)
        return text

    return {
        **content,
        "dossiers": [
            {
                **row,
                "name": number_of(dossiers[row["reference"]]),
                "blocks": [
                    _less_names(block, "departure_reason", maskers[row["reference"]]) for block in row["blocks"]
                ],
            }
            for row in content["dossiers"]
        ],
        "departures": [_less_names(row, "reason", maskers[row["dossier"]]) for row in content["departures"]],
        "incidents": [of_all(incident) for incident in content["incidents"]],
    }


def _less_names(row: Mapping[str, Any], key: str, mask: Masker) -> dict[str, Any]:
    return {**row, key: mask(row.get(key) or "")}


# What is written freely


@dataclass(frozen=True, slots=True)
class Names:
    """What may name a candidate: `people` are names of persons, `bodies` of a company or an organisation."""

    people: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()


def names_of(enrolment: Enrolment) -> Names:
    candidate = enrolment.candidate
    bodies = [str(body) for body in (enrolment.company, enrolment.training_organisation) if body]
    people = (candidate.birth_name, candidate.usual_name, candidate.first_names, candidate.email)
    return Names(tuple(filter(None, people)), tuple(bodies))


def masker(names: Names) -> Masker:
    """Replaces these names wherever they are whole words, whatever their accents, capitals, hyphens, apostrophes.

    A name that is also a common word (« Petit »), or very short, is taken for the name only where it has a capital:
    better a word too many masked at the head of a sentence than a person named.
    """
    sought = [_Sought.of(words, needs_capital) for words, needs_capital in _wanted(names).items()]

    def mask(text: str) -> str:
        return _masked(text, sought)

    return mask


@dataclass(frozen=True, slots=True)
class _Sought:
    pattern: re.Pattern[str]
    needs_capital: bool

    @classmethod
    def of(cls, words: tuple[str, ...], needs_capital: bool) -> "_Sought":
        together = BETWEEN.join(map(re.escape, words))
        return cls(re.compile(rf"(?<!\w){together}(?!\w)"), needs_capital)


def _wanted(names: Names) -> dict[tuple[str, ...], bool]:
    """Words in their order, and whether they need a capital."""
    wanted: dict[tuple[str, ...], bool] = {}
    for name in names.people:
        words = _words(name)
        wanted[words] = _is_ordinary(words)
        for word in words:
            if word not in PARTICLES:
                wanted.setdefault((word,), _is_ordinary((word,)))
    for name in names.bodies:
        words = _words(name)
        wanted[words] = _is_ordinary(words)
        own = tuple(word for word in words if word not in GENERIC)
        wanted.setdefault(own, _is_ordinary(own))
        for word in own:
            wanted.setdefault((word,), True)
    wanted.pop((), None)
    return wanted


def _is_ordinary(words: Sequence[str]) -> bool:
    """One word, that anybody may write without naming anybody."""
    return len(words) == 1 and (len(words[0]) <= SHORT or words[0] in COMMON_WORDS | GENERIC)


def _words(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", "".join(_folded(character) for character in name)))


def _folded(character: str) -> str:
    """Without case nor accent, a ligature in two letters: the letters that one hears."""
    plain = unicodedata.normalize("NFKD", character.casefold())
    plain = plain.translate(_LETTERS)
    return "".join(mark for mark in plain if not unicodedata.combining(mark))


_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


def _masked(text: str, sought: Iterable[_Sought]) -> str:
    folded = [_folded(character) for character in text]
    origins = [index for index, letters in enumerate(folded) for _ in letters]
    plain = "".join(folded)
    found = sorted(
        (origins[match.start()], _end(text, origins[match.end() - 1]))
        for name in sought
        for match in name.pattern.finditer(plain)
        if not name.needs_capital or text[origins[match.start()]].isupper()
    )
    return "".join(_pieces(text, found))


def _end(text: str, last: int) -> int:
    """After the accents that follow a letter as characters of their own."""
    end = last + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def _pieces(text: str, found: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Names side by side are one mask: how many there were would tell."""
    done, is_begun = 0, False
    for start, end in found:
        if end <= done:
            continue
        between = text[done:start] if start > done else ""
        if is_begun and not re.search(r"\w|[.,;:!?\n]", between):
            done = end
            continue
        yield between
        yield MASK
        done, is_begun = end, True
    yield text[done:]
