"""Fictitious people: names drawn from lists, never from anybody's records."""

import random
from datetime import date, timedelta

from candidates.identity import Identity

# Kept as the civil status would give them: particles, hyphens, apostrophes, diacritics of other languages.
BIRTH_NAMES = (
    "Abadie", "Baptiste", "Benhaddou", "Bérenger", "Castaing", "Charpentier-Le Goff", "Coulibaly", "D’Hérouville",
    "de La Tour", "Dervaux", "El Mansouri", "Ferreira da Silva", "Fontaine", "Garnier", "Guillemot", "Hoarau",
    "Jałowiecki", "Kervella", "Lacaze", "Le Bihan", "Lefèvre", "Marchetti", "Mbaye", "Morvan", "Nguyễn", "Okonkwo",
    "Özdemir", "Peltier", "Quéméner", "Ramanantsoa", "Rousseau", "Săvulescu", "Tessier", "Vandenbroucke", "Weiß",
    "Zidani",
)  # fmt: skip
WOMEN = (
    "Aïcha", "Anaïs Marie", "Camille", "Chloé", "Élodie", "Fatou", "Hélène", "Inès", "Jeanne Lucie", "Léa", "Maëlle",
    "Maud", "Noémie", "Salomé", "Thùy Linh", "Zoé",
)  # fmt: skip
MEN = (
    "Adrien", "Amadou", "Bastien", "Clément", "Đức Minh", "Émile", "Gaël", "Hugo Alexandre", "Jean-François", "Karim",
    "Loïc", "Łukasz", "Matteo", "Noël", "Rémi", "Yanis",
)  # fmt: skip
FRENCH_PLACES = (
    ("69381", "Lyon 1er Arrondissement"), ("75112", "Paris 12e Arrondissement"), ("35238", "Rennes"),
    ("59350", "Lille"),
    ("13206", "Marseille 6e Arrondissement"), ("97411", "Saint-Denis"), ("2A004", "Ajaccio"), ("67482", "Strasbourg"),
)  # fmt: skip
FOREIGN_PLACES = (("PT", "Porto"), ("SN", "Dakar"), ("VN", "Hà Nội"), ("PL", "Kraków"), ("MA", "Casablanca"))
OLDEST, YOUNGEST = date(1974, 1, 1), date(2000, 12, 31)


class People:
    """A reproducible stream of identities, no two alike."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self._known: set[tuple[str, str, date]] = set()

    def next(self) -> Identity:
        while True:
            identity = self._identity()
            person = (identity.birth_name, identity.first_names, identity.birth_date)
            if person not in self._known:
                self._known.add(person)
                return identity

    def _identity(self) -> Identity:
        is_woman = self._draw.random() < 0.6
        country, commune, place = self._birth_place()
        return Identity(
            birth_name=self._draw.choice(BIRTH_NAMES),
            usual_name=self._draw.choice(BIRTH_NAMES) if is_woman and self._draw.random() < 0.2 else "",
            first_names=self._draw.choice(WOMEN if is_woman else MEN),
            sex="F" if is_woman else "M",
            birth_date=OLDEST + timedelta(days=self._draw.randrange((YOUNGEST - OLDEST).days)),
            birth_country=country,
            birth_commune_code=commune,
            birth_place=place,
        )

    def _birth_place(self) -> tuple[str, str, str]:
        if self._draw.random() < 0.8:
            commune, place = self._draw.choice(FRENCH_PLACES)
            return "FR", commune, place
        country, place = self._draw.choice(FOREIGN_PLACES)
        return country, "", place
