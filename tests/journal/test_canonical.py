"""The bytes that are hashed and signed: a change here would make every kept hash and signature a doubt."""

from datetime import date

import pytest

from journal.canonical import canonical, sha256_of


def test_the_same_facts_have_the_same_bytes_whatever_their_order():
    assert canonical({"b": [1, None], "a": "é"}) == '{"a":"é","b":[1,null]}'.encode()
    assert canonical({"a": "é", "b": [1, None]}) == canonical({"b": [1, None], "a": "é"})


def test_its_hash_never_changes():
    assert sha256_of({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_what_json_has_no_word_for_is_refused_unless_it_is_spelled():
    with pytest.raises(TypeError):
        canonical({"on": date(2021, 5, 10)})
    assert canonical({"on": date(2021, 5, 10)}, default=str) == b'{"on":"2021-05-10"}'
