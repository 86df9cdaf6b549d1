"""The signed register: what a writer in the database alone changes is told, and never said valid."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.db import IntegrityError, connection

from certificates import drawing, register, signatures
from certificates.enums import CertificateState
from certificates.guards import GUARDS
from certificates.invariants import INVARIANTS
from certificates.models import Certificate, CertificateFile, RegisterEntry
from certificates.register import Standing
from certificates.signatures import canonical
from certificates.tasks import sign_states
from tests.builders.certificates import ISSUED_AT, make_certificate, make_revoked

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    certificate = make_certificate()
    return drawing.draw_certificate(certificate.pk, at=ISSUED_AT)


@pytest.fixture
def unguarded():
    """The database as somebody finds it who may drop its triggers."""
    for guard in GUARDS:
        guard.remove(connection)
    yield
    for guard in GUARDS:
        guard.install(connection)


def changed(certificate: Certificate, **fields) -> Certificate:
    Certificate.objects.filter(pk=certificate.pk).update(**fields)
    return Certificate.objects.get(pk=certificate.pk)


def test_a_published_paper_is_valid_and_signed(published):
    entry = published.register_entries.get()

    assert register.standing_of(published) is Standing.VALID
    assert (entry.rank, entry.state) == (1, CertificateState.PUBLISHED)
    assert signatures.is_signed(canonical(entry.payload), key_id=entry.key_id, signature=entry.signature)


def test_signing_again_changes_nothing(published):
    register.sign_state(published.pk, at=ISSUED_AT)

    assert published.register_entries.count() == 1


def _other_name(context):
    return context | {"holder": context["holder"] | {"birth_name": "Dupont"}}


def _more_blocks(context):
    return context | {"blocks": [*context["blocks"], context["blocks"][0]]}


FORGERIES = [
    *(
        pytest.param(lambda row, change=change: {"context": change(row.context)}, id=name)
        for name, change in {
            "another name": _other_name,
            "another birth date": lambda context: (
                context | {"holder": context["holder"] | {"birth_date": "1990-01-01"}}
            ),
            "another first name": lambda context: context | {"holder": context["holder"] | {"first_names": "Zoé"}},
            "another birthplace": lambda context: context | {"holder": context["holder"] | {"birth_place": "Paris"}},
            "a block more": _more_blocks,
            "a block less": lambda context: context | {"blocks": context["blocks"][1:]},
            "another title": lambda context: context | {"title": "Autre certification"},
            "another signatory": lambda context: context | {"signatory": {"name": "X", "quality": "Y"}},
            "another day on the paper": lambda context: context | {"delivered_on": "2019-01-01"},
            "no specimen": lambda context: context | {"specimen": not context["specimen"]},
            "another registration": lambda context: context | {"registration": None},
            "another place": lambda context: context | {"place": "Lyon"},
        }.items()
    ),
    pytest.param(lambda row: {"delivered_on": "2019-01-01"}, id="another day"),
    pytest.param(lambda row: {"number": "CQP-2021-999999"}, id="another number"),
    pytest.param(lambda row: {"sha256": "0" * 64}, id="another file"),
    pytest.param(lambda row: {"key_hash": "1" * 64}, id="another key"),
    pytest.param(lambda row: {"kind": "block_statement", "catalogue_block": _a_block()}, id="another kind"),
    pytest.param(lambda row: {"context": _without_blocks(row.context)}, id="no block"),
    pytest.param(lambda row: {"context": row.context | {"kind": "block_statement"}}, id="another kind on the paper"),
    pytest.param(lambda row: {"replaces": row}, id="a paper that it replaces"),
]


def _without_blocks(context):
    return context | {"blocks": []}


def _a_block():
    from blocks.models import CatalogueBlock

    return CatalogueBlock.objects.order_by("pk").first()


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_changed_row_is_an_anomaly(published, forgery):
    forged = changed(published, **forgery(published))

    assert register.standing_of(forged) is Standing.ANOMALY
    assert forged.number in _doubted("certificates.register")


def _doubted(code: str) -> list[str]:
    return list(next(invariant for invariant in INVARIANTS if invariant.code == code).find())


@pytest.mark.usefixtures("unguarded")
def test_an_entry_rewritten_without_the_key_is_an_anomaly(published):
    """The forger changes the paper and what the register says of it alike; the signature is what they lack."""
    forged = changed(published, context=_other_name(published.context))
    entry = published.register_entries.get()
    payload = register.payload_of(forged, rank=1)
    RegisterEntry.objects.filter(pk=entry.pk).update(payload=payload)

    assert register.standing_of(forged) is Standing.ANOMALY


@pytest.mark.usefixtures("unguarded")
def test_an_entry_signed_by_another_key_is_an_anomaly(published):
    forged = changed(published, context=_other_name(published.context))
    payload = register.payload_of(forged, rank=1)
    key = Ed25519PrivateKey.generate()
    signature = signatures.encoded(key.sign(canonical(payload)))
    RegisterEntry.objects.update(payload=payload, key_id=signatures.public_id(key.public_key()), signature=signature)

    assert register.standing_of(forged) is Standing.ANOMALY


@pytest.mark.usefixtures("unguarded")
def test_a_paper_of_which_the_register_knows_nothing_is_an_anomaly(published):
    RegisterEntry.objects.all().delete()

    assert register.standing_of(published) is Standing.ANOMALY
    sign_states()  # No clockwork signs what somebody may have put there.
    assert register.standing_of(published) is Standing.ANOMALY


@pytest.mark.usefixtures("unguarded")
def test_a_revoked_paper_put_back_is_an_anomaly(published):
    changed(published, state=CertificateState.REVOKED)
    register.sign_state(published.pk, at=ISSUED_AT)

    forged = changed(published, state=CertificateState.PUBLISHED)

    assert register.standing_of(forged) is Standing.ANOMALY


def test_an_end_shows_before_it_is_signed_and_the_sweep_signs_it(published):
    ended = make_revoked(published)

    assert register.standing_of(ended) is Standing.REVOKED
    sign_states()
    assert register.standing_of(ended) is Standing.REVOKED
    assert list(ended.register_entries.order_by("rank").values_list("state", flat=True)) == ["published", "revoked"]


@pytest.mark.usefixtures("unguarded")
def test_verify_and_the_page_tell_an_anomaly(published, client, monkeypatch):
    key = _key_of(published, client)
    assert "authentique et valide" in client.get(key).content.decode()
    changed(published, context=_other_name(published.context))

    page = client.get(key).content.decode()

    assert "ne peut pas être confirmé" in page
    assert "authentique et valide" not in page


def _key_of(published, client) -> str:
    import re
    from io import BytesIO

    from pypdf import PdfReader

    content = CertificateFile.objects.get(certificate=published).content
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(bytes(content))).pages)
    key = re.search(r"[A-HJ-NP-Z2-9]{26}", text.replace(" ", "").replace("\n", ""))
    return f"/verifier/{published.number}/{key.group()}/"


def test_an_entry_does_not_change(published):
    with pytest.raises(IntegrityError, match="registre"):
        RegisterEntry.objects.update(state="revoked")


@pytest.mark.usefixtures("unguarded")
def test_papers_of_before_the_key_are_signed_by_a_command(published, capsys):
    RegisterEntry.objects.all().delete()

    call_command("sign_register")
    assert f"{published.number}\n1 papers and 0 files without a signature" in capsys.readouterr().out
    call_command("sign_register", "--yes")

    assert register.standing_of(published) is Standing.VALID
