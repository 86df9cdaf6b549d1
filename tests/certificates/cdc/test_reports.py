"""Reports come from outside (PATTERNS F32): read in the CDC's spellings, refused when they are anything else."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import uuid4

import pytest

from certificates.cdc.messages import explanation_of
from certificates.cdc.reports import MAX_BYTES, NAMESPACE, ReportUnreadable, read_report

from .reports import make_report

FLOW = uuid4()


@pytest.mark.parametrize("containers", [("passagesKO", "passagesOK"), ("PassagesKO", "PassagesOK")])
def test_both_spellings_are_read(containers):
    report = read_report(make_report(FLOW, accepted=["a"], rejected={"b": "Nom"}, containers=containers))

    assert report.flow == FLOW
    assert {(each.technical_id, each.is_accepted, each.message) for each in report.answers} == {
        ("a", True, ""),
        ("b", False, "Nom"),
    }


def test_identifiers_directly_under_their_container_are_read():
    content = make_report(FLOW, accepted=["a", "c"]).replace(b"<r:passage>", b"").replace(b"</r:passage>", b"")

    assert {each.technical_id for each in read_report(content).answers} == {"a", "c"}


def test_comments_are_not_read_as_text():
    content = make_report(FLOW, rejected={"a": "Nom<!-- rien --> inconnu"})

    assert read_report(content).answers[0].message == "Nom inconnu"


NOT_REPORTS = {
    "nothing": b"",
    "words": b"Bonjour",
    "a page": b"<html><body>Connexion</body></html>",
    "another namespace": make_report(FLOW, accepted=["a"]).replace(NAMESPACE.encode(), b"urn:autre"),
    "no flow": make_report("", accepted=["a"]),
    "a flow that is no identifier": make_report("42", accepted=["a"]),
    "no answer": make_report(FLOW),
    "twice the same": make_report(FLOW, accepted=["a", "a"]),
    "accepted and rejected": make_report(FLOW, accepted=["a"], rejected={"a": "Nom"}),
    "rejected without a message": make_report(FLOW, rejected={"a": ""}),
    "an empty identifier": make_report(FLOW, accepted=[""]),
    "cut short": make_report(FLOW, accepted=["a"])[:-10],
}


@pytest.mark.parametrize("name", NOT_REPORTS)
def test_anything_else_is_refused(name):
    with pytest.raises(ReportUnreadable):
        read_report(NOT_REPORTS[name])


@pytest.fixture(scope="module")
def listener():
    """A server that remembers who asked it for anything."""
    asked = []

    class Remember(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!ENTITY x 'secret'>")

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Remember)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def hostile(url, secret):
    file = secret.as_uri()
    bomb = "".join(f'<!ENTITY l{rank} "{f"&l{rank - 1};" * 10}">' for rank in range(1, 10))
    flat = make_report(FLOW, rejected={"a": "&x;"})
    doctype = {
        "file entity": f'<!DOCTYPE r:rapport [<!ENTITY x SYSTEM "{file}">]>',
        "http entity": f'<!DOCTYPE r:rapport [<!ENTITY x SYSTEM "{url}/entity">]>',
        "public entity": f'<!DOCTYPE r:rapport [<!ENTITY x PUBLIC "-//X//EN" "{url}/public">]>',
        "parameter entity": f'<!DOCTYPE r:rapport [<!ENTITY % p SYSTEM "{url}/parameter"> %p;]>',
        "external DTD": f'<!DOCTYPE r:rapport SYSTEM "{url}/rapport.dtd">',
        "billion laughs": f'<!DOCTYPE r:rapport [<!ENTITY l0 "rire">{bomb}<!ENTITY x "&l9;">]>',
        "quadratic": f'<!DOCTYPE r:rapport [<!ENTITY x "{"a" * 100_000}">]>',
        "internal entity": '<!DOCTYPE r:rapport [<!ENTITY x "interne">]>',
        "empty doctype": "<!DOCTYPE r:rapport>",
    }
    files = {
        name: make_report(FLOW, rejected={"a": "&x;" * (1000 if name == "quadratic" else 1)}, prologue=prologue)
        for name, prologue in doctype.items()
    }
    utf16 = files["file entity"].decode().replace("UTF-8", "UTF-16").encode("utf-16")
    utf7 = files["file entity"].decode().replace("UTF-8", "UTF-7")
    return files | {
        "hidden in UTF-16": utf16,
        "hidden in UTF-7": (utf7[: utf7.index("?>") + 2].encode() + utf7[utf7.index("?>") + 2 :].encode("utf-7")),
        "inclusion": flat.replace(
            b"&x;", f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{file}" parse="text"/>'.encode()
        ),
        "style sheet": flat.replace(b"&x;", b"Nom").replace(
            b"?><r:", f'?><?xml-stylesheet href="{url}/style.xsl" type="text/xsl"?><r:'.encode()
        ),
        "schema location": flat.replace(b"&x;", b"Nom").replace(
            b"<r:rapport ",
            b'<r:rapport xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            + f'xsi:schemaLocation="{NAMESPACE} {url}/rapport.xsd" '.encode(),
        ),
        "ten thousand levels": make_report(FLOW, rejected={"a": "<r:x>" * 10_000 + "</r:x>" * 10_000}),
        "too large": make_report(FLOW, rejected={"a": "n" * MAX_BYTES}),
        "undeclared entity": flat,
    }


HARMLESS = {"style sheet", "schema location"}  # they name an address, and are read without asking for it
NAMES = list(hostile("http://example.org", __import__("pathlib").Path("/nothing")))


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_file_fetches_nothing_and_tells_nothing(name, listener, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("mot-de-passe-du-serveur")
    url, asked = listener
    content = hostile(url, secret)[name]

    try:
        told = repr(read_report(content))
    except ReportUnreadable as refusal:
        told = f"refused: {refusal}"

    assert told.startswith("refused") is (name not in HARMLESS)
    assert "mot-de-passe" not in told
    assert "rirerire" not in told
    assert asked == []
    assert len(told) < len(content) + 500  # nothing was multiplied


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ("Le passage certification avec le bcr émetteur 42 et l'id x existe déjà en base", ""),
        ("Le statut de la certification RNCP RNCP31395 est KO", ""),
        ("Aucun titulaire ne correspond aux critères obligatoires", "birth_name"),
        (
            "Aucun titulaire ne correspond aux critères obligatoires enrichis du jour et du mois de naissance",
            "birth_day",
        ),
        ("Aucun titulaire ne correspond aux critères de réconciliation", "insee_code"),
        ("Plusieurs titulaires ont été identifiés", "second_name"),
        ("La date de fin de validité est inférieure à la date de début", "valid_from"),
    ],
)
def test_the_messages_of_the_guide_are_explained(message, field):
    explanation = explanation_of(message)

    assert explanation is not None
    assert explanation.field == field


def test_an_unheard_message_stays_as_it_came():
    assert explanation_of("Erreur technique 500") is None
