"""Names are kept as given and found again in any spelling (DESIGN §6, promise 11)."""

import unicodedata
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from candidates.models import Candidate
from candidates.names import KEY_LENGTH, NAME_LENGTH, NameFormField, as_given, search_key
from tests.builders.candidates import make_candidate

FORMS = ("NFC", "NFD", "NFKC", "NFKD")
AS_THEY_ARE = [
    "d’Ormesson",
    "D'ANGELO",
    "van der Meer",
    "de La Tour du Pin",
    "Le Goff",
    "N’Guessan",
    "Ngọc Ánh",
    "Łukasiewicz",
    "Çelik",
    "O’Brien-Ó Briain",
    "Sukarno",
    "王",
    "Jean  Paul",
    "à Nantes",
]


@given(st.text())
def test_a_name_is_composed_once_and_for_all(text):
    name = as_given(text)

    assert unicodedata.is_normalized("NFC", name)
    assert as_given(name) == name


@pytest.mark.parametrize("name", AS_THEY_ARE)
def test_nothing_else_is_changed(name):
    assert as_given(f"  {name} ") == unicodedata.normalize("NFC", name)


@given(st.text())
def test_a_key_is_its_own_key(text):
    key = search_key(text)

    assert search_key(key) == key


@given(st.text(), st.sampled_from(FORMS))
def test_a_key_ignores_how_accents_are_encoded(text, form):
    assert search_key(unicodedata.normalize(form, text)) == search_key(text)


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll"])))
def test_a_key_ignores_case(text):
    assert search_key(text.upper()) == search_key(text.lower()) == search_key(text)


@pytest.mark.parametrize(
    ("spelling", "other"),
    [
        ("Éléonore", "ELEONORE"),
        ("Jean-François", "jean francois"),
        ("Jean‑François", "Jean-François"),  # non-breaking hyphen
        ("d’Ormesson", "d'Ormesson"),
        ("dʼOrmesson", "d Ormesson"),  # the apostrophe that Unicode counts among the letters
        ("N’Guessan", "N`Guessan"),
        ("Le\N{NO-BREAK SPACE}Goff", "  le  goff "),
        ("Lecœur", "LECOEUR"),
        ("Læticia", "Laeticia"),
        ("Łukasz", "Lukasz"),
        ("Strauß", "STRAUSS"),
        ("Søren", "soren"),
        ("Đặng", "Dang"),
        ("İpek", "ipek"),
    ],
)
def test_two_spellings_of_one_name_share_their_key(spelling, other):
    assert search_key(spelling) == search_key(other)


@pytest.mark.parametrize(("name", "other"), [("Martin", "Marin"), ("Durand", "Durant"), ("王", "李")])
def test_two_names_do_not(name, other):
    assert search_key(name) != search_key(other)


def test_a_key_never_outgrows_its_column():
    assert len(search_key("ﷺ" * NAME_LENGTH)) <= KEY_LENGTH


def test_an_accent_typed_apart_is_not_a_character_more():
    field = NameFormField(max_length=NAME_LENGTH)

    assert field.clean(unicodedata.normalize("NFD", "é" * NAME_LENGTH)) == "é" * NAME_LENGTH


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*AS_THEY_ARE, "é" * NAME_LENGTH])
def test_a_name_comes_back_as_it_was_given(name):
    candidate = make_candidate(birth_name=unicodedata.normalize("NFD", name), first_names="")

    stored = Candidate.objects.get(pk=candidate.pk)

    assert stored.birth_name == unicodedata.normalize("NFC", name)
    assert stored.display_name == stored.birth_name


@pytest.mark.django_db
def test_a_twin_encoded_apart_is_the_same_person():
    candidate = make_candidate(birth_name="Lefèvre", first_names="Zoé")
    twin = replace(
        candidate.identity,
        birth_name=unicodedata.normalize("NFD", "LEFÈVRE"),
        first_names="zoe",
        birth_place="lyon 1er arrondissement",
    )

    assert Candidate.objects.same_person(twin).get() == candidate


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["birth_name", "usual_name", "first_names", "birth_place"])
@pytest.mark.usefixtures("postgresql")
def test_the_database_refuses_a_decomposed_name(field):
    candidate = make_candidate()

    with pytest.raises(IntegrityError, match=f"candidates_candidate_{field}_nfc"), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE candidates_candidate SET {field} = %s WHERE id = %s",
            [unicodedata.normalize("NFD", "Zoé"), candidate.pk],
        )


@pytest.mark.parametrize(
    ("fields", "shown", "born"),
    [
        ({"birth_name": "Martin", "first_names": "Zoé Anne"}, "Martin Zoé Anne", ""),
        ({"birth_name": "Martin", "usual_name": "Le Goff", "first_names": "Zoé"}, "Le Goff Zoé", "née Martin"),
        ({"birth_name": "Martin", "usual_name": "Le Goff", "sex": "M"}, "Le Goff", "né Martin"),
        ({"birth_name": "Martin", "usual_name": "Martin", "first_names": "Zoé"}, "Martin Zoé", ""),
        ({"birth_name": "Sukarno"}, "Sukarno", ""),
    ],
    ids=["birth name", "usual name", "no first name", "same name twice", "one name"],
)
def test_it_shows_the_name_in_use(fields, shown, born):
    candidate = Candidate(**{"sex": "F"} | fields)

    assert (candidate.display_name, candidate.born_name) == (shown, born)
