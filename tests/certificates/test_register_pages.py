"""The register as the secretariat searches it, takes it out and prints it."""

import csv
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from certificates import drawing, register, signatures
from certificates.exports import COLUMNS, inert
from certificates.guards import GUARDS
from certificates.models import Certificate, SupplementFile
from certificates.services import issue_block_statement
from journal.models import Entry
from juries.enums import SessionState
from tests.builders.certificates import (
    ISSUED_AT,
    make_certificate,
    make_drawn_duplicate,
    make_holder,
    make_replaced,
    make_revoked,
    make_supplement,
)
from tests.builders.juries import make_session
from tests.builders.organisations import make_admin, make_training_member

pytestmark = pytest.mark.django_db

REGISTER = "/certificats/"
EXPORT = "/certificats/export/"
HOLDERS = "/certificats/titulaires/"
TOOL = Path(__file__).resolve().parents[2] / "tools" / "verify_register.py"


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


def make_named(birth_name: str, **fields) -> Certificate:
    """A reserved certificate of somebody of that name."""
    enrolment = make_holder()
    for name, value in {"birth_name": birth_name, **fields}.items():
        setattr(enrolment.candidate, name, value)
    enrolment.candidate.save()
    return make_for(enrolment)


def make_for(enrolment) -> Certificate:
    from certificates.services import issue_certificate

    return issue_certificate(enrolment, by=make_admin(), at=ISSUED_AT)


def make_published(*args, **fields) -> Certificate:
    certificate = make_named(*args, **fields) if args else make_certificate()
    return drawing.draw_certificate(certificate.pk, at=ISSUED_AT)


def tamper(certificate: Certificate) -> None:
    """By somebody who may drop the triggers."""
    for guard in GUARDS:
        guard.remove(connection)
    paper = certificate.context | {"holder": certificate.context["holder"] | {"birth_name": "Faussaire"}}
    Certificate.objects.filter(pk=certificate.pk).update(context=paper)
    for guard in GUARDS:
        guard.install(connection)


def numbers_on(client, **query) -> list[str]:
    return [certificate.number for certificate in client.get(REGISTER, query).context["page"]]


@pytest.mark.parametrize(
    "words", ["herouville", "D’HÉROUVILLE", "d'herouville", "Dufour", "dufour herouville", "hérouv"]
)
def test_a_name_is_found_in_whatever_spelling(client, admin, words):
    found = make_named("D’Hérouville", usual_name="Dufour")
    make_certificate()

    assert numbers_on(client, q=words) == [found.number]


def test_a_number_is_found_whole_by_its_beginning_or_its_rank(client, admin):
    first, second = make_certificate(), make_certificate()

    assert numbers_on(client, q=second.number.lower()) == [second.number]
    assert numbers_on(client, q="2") == [second.number]
    assert numbers_on(client, q="CQP-2021") == [second.number, first.number]
    assert numbers_on(client, q="CQP-2020") == []


def test_each_filter_keeps_what_it_says(client, admin):
    revoked = make_revoked(make_published("Aubry", birth_date=date(1990, 5, 17)))
    valid = make_published("Berger")
    enrolment = valid.enrolment
    statement = issue_block_statement(enrolment, enrolment.version.blocks.get(code="BC1"), by=admin, at=ISSUED_AT)

    assert numbers_on(client, birth_date="1990-05-17") == [revoked.number]
    assert numbers_on(client, state="revoked") == [revoked.number]
    assert numbers_on(client, state="reserved") == [statement.number]
    assert numbers_on(client, kind="block_statement") == [statement.number]
    assert set(numbers_on(client, kind="certificate", year="2021")) == {revoked.number, valid.number}
    claimed = {row.number for row in (revoked, valid) if row.registration_id}
    assert set(numbers_on(client, registration="yes")) == claimed
    assert set(numbers_on(client, registration="no")) == {revoked.number, valid.number, statement.number} - claimed


def test_a_session_is_its_dossiers(client, admin):
    make_certificate()
    session = make_session(state=SessionState.PUBLISHED)
    certificate = make_for_session(session)

    assert numbers_on(client, session=session.pk) == [certificate.number]


def make_for_session(session) -> Certificate:
    from certificates.services import issue_certificate
    from tests.builders.juries import PUBLISHED_AT

    return issue_certificate(session.dossiers.get().enrolment, by=make_admin(), at=PUBLISHED_AT)


@pytest.mark.parametrize("query", [{"year": "²"}, {"birth_date": "31/02/2021"}, {"session": "0"}, {"sort": "pk"}])
def test_what_is_no_answer_narrows_nothing(client, admin, query):
    certificate = make_certificate()

    assert numbers_on(client, **query) == [certificate.number]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("holder", ["Aubry", "Élan", "Zola"]),
        ("-holder", ["Zola", "Élan", "Aubry"]),
        ("number", ["Zola", "Aubry", "Élan"]),
        ("-number", ["Élan", "Aubry", "Zola"]),
        ("", ["Élan", "Aubry", "Zola"]),
    ],
)
def test_it_sorts_both_ways(client, admin, sort, names):
    for name in ("Zola", "Aubry", "Élan"):
        make_named(name)

    page = client.get(REGISTER, {"sort": sort}).context["page"]

    assert [certificate.candidate.birth_name for certificate in page] == names


def test_only_the_anomalies(client, admin):
    make_published("Aubry")
    altered = make_published("Berger")

    assert "tel que le registre l’a signé" in client.get(REGISTER, {"anomalies": "on"}).content.decode()
    tamper(altered)

    assert numbers_on(client, anomalies="on") == [altered.number]
    page = client.get(REGISTER).content.decode()
    assert page.count("anomalie</span>") == 1


def test_a_file_that_the_register_did_not_sign_is_an_anomaly_too(client, admin):
    honest, forged = make_published("Aubry"), make_published("Berger")
    make_supplement(honest)
    SupplementFile.objects.create(certificate=forged, content=b"faux", sha256="f" * 64, drawn_at=ISSUED_AT)

    assert numbers_on(client, anomalies="on") == [forged.number]
    page = client.get(f"{REGISTER}{forged.number}/").content.decode()
    assert "Le registre n’a pas signé le supplément" in page
    assert "n’a pas signé" not in client.get(f"{REGISTER}{honest.number}/").content.decode()


def test_the_same_queries_for_3_rows_and_for_30(client, admin, django_assert_max_num_queries):
    for _ in range(3):
        make_published()
    client.get(REGISTER)
    with django_assert_max_num_queries(40) as for_three:
        client.get(REGISTER)
    for _ in range(27):
        make_certificate()

    with django_assert_max_num_queries(40) as for_thirty:
        client.get(REGISTER)

    assert len(for_thirty) == len(for_three)


def test_the_page_of_a_paper_says_what_was_signed_and_done(client, admin):
    certificate = make_revoked(make_published())

    page = client.get(reverse("certificates:certificate", args=[certificate.number])).content.decode()

    entry = certificate.register_entries.order_by("rank").first()
    assert entry.key_id in page
    assert "tient" in page
    assert certificate.sha256 in page
    for words in ("Délivré : numéro pris", "Scellé et publié", "Retrait demandé", "Retrait approuvé", "le serveur"):
        assert words in page


def test_the_page_of_an_altered_paper_warns(client, admin):
    certificate = make_published()
    tamper(certificate)

    page = client.get(reverse("certificates:certificate", args=[certificate.number])).content.decode()

    assert "ne vous y fiez pas" in page


def test_who_is_not_of_the_secretariat_takes_nothing_out(client):
    client.force_login(make_training_member())

    assert client.post(EXPORT, {"format": "csv"}).status_code == 403
    assert client.get(HOLDERS).status_code == 403
    assert not Entry.objects.filter(action="register.exported").exists()


def exported(client, form: str, query: str = "") -> str:
    response = client.post(EXPORT + query, {"format": form})
    assert response.status_code == 200
    assert response["Content-Disposition"].endswith(f'.{form}"')
    return b"".join(response.streaming_content).decode()


def test_the_spreadsheet_holds_what_is_printed_and_no_formula(client, admin):
    named = make_published("Aubry", first_names="Zoé ; Anne", usual_name='Dit "Bob"')
    other = make_certificate()

    text = exported(client, "csv", "?sort=number")

    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:]), delimiter=";"))
    assert [row["Numéro"] for row in rows] == [named.number, other.number]
    assert (rows[0]["Prénoms"], rows[0]["Nom d’usage"]) == ("Zoé ; Anne", 'Dit "Bob"')
    assert (rows[0]["Registre"], rows[1]["Registre"]) == ("signé", "")
    assert tuple(rows[0]) == COLUMNS


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠A1"])
def test_a_formula_is_text(text):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Aubry", "O’Neill", "1=1", "a-b"])
def test_what_is_no_formula_stays_as_it_is(text):
    assert inert(text) == text


def test_an_export_is_narrowed_as_the_page_and_journaled_without_names(client, admin):
    found = make_named("Aubry")
    make_named("Berger")

    text = exported(client, "csv", "?q=Aubry&sort=holder")

    assert found.number in text
    assert "Berger" not in text
    entry = Entry.objects.get(action="register.exported")
    assert entry.actor == admin.reference
    assert entry.after == {"format": "csv", "papers": 1, "narrowed_by": ["q"]}


def test_an_unknown_format_does_not_exist(client, admin):
    assert client.post(EXPORT, {"format": "xlsx"}).status_code == 404
    assert client.get(EXPORT).status_code == 405


def verified(tmp_path: Path, lines: list[str], *options: str, key: str = "") -> tuple[int, str]:
    """By the tool as anybody runs it: no Django, nothing of ours on its path."""
    file = tmp_path / "registre.jsonl"
    file.write_text("".join(lines), encoding="utf-8")
    key = key or signatures.public_id(signatures.signing_key().public_key())
    command = [sys.executable, "-I", str(TOOL), f"--key={key}", *options, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)  # noqa: S603
    return done.returncode, done.stdout


@pytest.fixture
def lines(client, admin) -> list[str]:
    """Three papers, the last one revoked: four entries, then those of its duplicate and its supplement."""
    for name in ("Aubry", "Berger"):
        make_published(name)
    last = make_published("Élan")
    make_drawn_duplicate(last)
    make_supplement(last)
    register.sign_state(make_revoked(last).pk, at=ISSUED_AT)
    return exported(client, "jsonl", "?sort=number").splitlines(keepends=True)


def test_the_signed_register_is_verified_offline(lines, tmp_path):
    code, said = verified(tmp_path, lines)

    assert (code, said) == (0, "6 lines, 3 papers, 2 files, 0 doubts\n")


def altered(line: str, **changes) -> str:
    row = json.loads(line)
    for path, value in changes.items():
        part, _, name = path.partition("__")
        row[part] = row[part] | {name: value} if name else value
    return json.dumps(row, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"payload__state": "published", "payload__rank": 1}, "does not hold", id="state"),
        pytest.param({"payload__delivered_on": "2019-01-01"}, "does not hold", id="day"),
        pytest.param({"payload__sha256": "0" * 64}, "does not hold", id="file"),
        pytest.param({"payload__context": "0" * 64}, "does not hold", id="words' hash"),
        pytest.param({"paper__title": "Autre"}, "not those that were signed", id="words"),
        pytest.param({"paper__delivered_on": "2019-01-01"}, "not those that were signed", id="words' day"),
        pytest.param({"signature": "A" * 86}, "does not hold", id="signature"),
        pytest.param({"signature": "?"}, "does not hold", id="no signature"),
        pytest.param({"key": "A" * 43}, "was not given", id="key"),
        pytest.param({"payload": []}, "not a line", id="no payload"),
    ],
)
def test_an_altered_line_is_told(lines, tmp_path, changes, told):
    lines[3] = altered(lines[3], **changes)

    code, said = verified(tmp_path, lines)

    assert code == 1
    assert any(line.startswith("line 4: ") and told in line for line in said.splitlines())


@pytest.mark.parametrize(
    "changes", [{"payload__sha256": "0" * 64}, {"payload__rank": 2}, {"payload__number": "CQP-2021-000001"}]
)
def test_an_altered_file_is_told(lines, tmp_path, changes):
    lines[4] = altered(lines[4], **changes)

    code, said = verified(tmp_path, lines)

    assert code == 1
    assert any(line.startswith("line 5: ") and "does not hold" in line for line in said.splitlines())


def test_a_file_without_its_paper_or_told_twice_is_a_doubt(lines, tmp_path):
    alone = verified(tmp_path, lines[4:], "--part")[1]
    twice = verified(tmp_path, [*lines, lines[5]])[1]

    assert "CQP-2021-000003, duplicate 1: is not of the paper that was issued" in alone
    assert "CQP-2021-000003, supplement 1: comes twice" in twice


def test_a_line_taken_out_is_told_unless_it_is_a_part(lines, tmp_path):
    assert verified(tmp_path, lines[1:]) == (1, "CQP-2021-000001: missing\n5 lines, 2 papers, 2 files, 1 doubts\n")
    assert verified(tmp_path, lines[1:], "--part")[0] == 0
    without_first_entry = [lines[0], lines[1], *lines[3:]]
    assert "an entry is missing" in verified(tmp_path, without_first_entry, "--part")[1]
    assert "comes twice" in verified(tmp_path, [*lines, lines[0]])[1]


def test_a_key_that_signed_nothing_vouches_for_nothing(lines, tmp_path):
    assert verified(tmp_path, lines, key="A" * 43)[0] == 1
    assert verified(tmp_path, lines, key="short")[0] == 2


def test_the_list_of_holders_keeps_everybody(client, admin):
    old = make_published("Aubry")
    new = drawing.draw_certificate(make_replaced(old, birth_name="Aubry-Corrigé").pk, at=ISSUED_AT)
    revoked = make_revoked(make_published("Berger"))
    reserved = make_named("Carpentier")

    page = client.get(HOLDERS).content.decode()

    for certificate in (old, new, revoked):
        assert certificate.number in page
    assert reserved.number not in page
    assert f"par {new.number}" in page
    for words in ("Aubry-Corrigé", "retiré", "remplacé", "valide", "sans limite de durée"):
        assert words in page


def test_the_list_of_holders_is_a_page_a_year_and_tells_an_anomaly(client, admin):
    altered_paper = make_published("Aubry")
    tamper(altered_paper)

    response = client.get(HOLDERS, {"year": "1999"})

    assert response.context["listed"].year == 2021
    assert "anomalie" in response.content.decode()


def test_the_list_of_holders_asks_the_same_queries_for_1_and_for_4(client, admin, django_assert_max_num_queries):
    make_published()
    client.get(HOLDERS)
    with django_assert_max_num_queries(40) as for_one:
        client.get(HOLDERS)
    for _ in range(3):
        make_published()

    with django_assert_max_num_queries(40) as for_four:
        client.get(HOLDERS)

    assert len(for_four) == len(for_one)


def test_an_empty_list_of_holders_says_so(client, admin):
    make_holder()

    assert "Aucun certificat n’est encore publié" in client.get(HOLDERS).content.decode()
