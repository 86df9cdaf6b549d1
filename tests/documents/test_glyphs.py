import pytest

from documents.glyphs import FACES, FAMILIES, missing_glyphs


@pytest.mark.parametrize(
    "name", ["Maëlle D'Hérouville", "Nguyễn Thị Hằng", "Łukasz Żółć", "Ștefan Țăran", "Ağaoğlu", "Þór Æsa"]
)
def test_every_face_draws_the_names_of_europe_and_of_viet_nam(name):
    assert missing_glyphs(name) == set()


def test_it_names_what_a_face_lacks():
    assert missing_glyphs("Zoé Ю\n小") == {"Ю", "小"}


def test_every_face_belongs_to_a_family():
    assert set(FACES) == {face for faces in FAMILIES.values() for face in faces}
