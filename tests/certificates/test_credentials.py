"""The open formats, checked by libraries that the product does not run on: openbadgeslib and PyJWT."""

import base64
import gzip
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier, ldp
from openbadgeslib.ob3.did import multikey_from_pem
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from pypdf import PdfReader

from certificates import drawing, invariants, register, signatures
from certificates.credentials import badge, issuer, making, multibase, proofs, status
from certificates.enums import CertificateState
from certificates.guards import GUARDS
from certificates.models import LIST_LENGTH, Certificate, CertificateFile, Credential, StatusList
from certificates.tasks import sign_credentials, sign_states
from journal.models import Entry
from tests.builders.certificates import ISSUED_AT, make_certificate, make_replaced, make_revoked
from tests.builders.organisations import make_admin, make_training_member

pytestmark = pytest.mark.django_db

DID = "did:web:testserver"
CONTEXTS = Path(proofs.__file__).parent / "contexts"
# As the W3C publishes it with the Verifiable Credentials Data Model 2.0.
W3C_DIGEST = "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"


def publish(certificate: Certificate) -> Certificate:
    """Without drawing: what is told here rests on the file's fingerprint alone."""
    content = f"%PDF {certificate.number}".encode()
    certificate.state, certificate.sha256 = CertificateState.PUBLISHED, hashlib.sha256(content).hexdigest()
    certificate.key_hash = hashlib.sha256(certificate.number.encode()).hexdigest()
    certificate.published_at = ISSUED_AT
    with transaction.atomic():
        CertificateFile.objects.create(
            certificate=certificate, content=content, sha256=certificate.sha256, drawn_at=ISSUED_AT
        )
        certificate.save(update_fields=["state", "sha256", "key_hash", "published_at"])
        register.enter(certificate, at=ISSUED_AT)
    return certificate


@pytest.fixture(scope="module")
def shared(module_db):
    certificate = publish(make_certificate())
    return making.sign_credential(certificate, at=timezone.now())


@pytest.fixture
def made():
    return making.sign_credential(publish(make_certificate()), at=timezone.now())


def fetch(address: str) -> bytes:
    """What the site answers to a verifier: `did:web` always asks by https."""
    response = Client().get(address.replace("https://", "http://").removeprefix("http://testserver"))
    if response.status_code != 200:
        raise OSError(response.status_code)
    return response.content


@pytest.fixture
def verify_token(shared):
    document = fetch("https://testserver/.well-known/did.json")
    verifier = OB3Verifier.for_issuer_did(DID, download=lambda address: document)
    return verifier.verify


@pytest.fixture
def verify_document(shared):
    document = fetch("https://testserver/.well-known/did.json")
    verifier = OB3LdpVerifier.for_issuer_did(DID)
    return lambda text: verifier.verify(text, download=lambda address: document)


def test_the_token_and_its_state_are_verified_from_the_site_alone(made):
    verifier = OB3Verifier.for_issuer_did(DID, download=fetch)

    found = verifier.verify(made.token, check_status=True, download=fetch)

    assert found.issuer.id == DID
    assert found.achievement.achievement_type == "Certificate"
    assert found.issuance_date == datetime(2021, 6, 29, 22, 0, tzinfo=UTC)


def test_the_document_with_its_proof_is_verified_from_the_site_alone(made):
    verifier = OB3LdpVerifier.for_issuer_did(DID)

    found = verifier.verify(made.document, check_status=True, download=fetch, verify_status_list=False)

    assert found.id == f"http://testserver/verifier/justificatifs/{made.identifier}/"


def test_the_proof_of_the_served_list_holds(made):
    """The library's verifier takes badges alone: its check of a proof, on the list as it is served."""
    served = json.loads(fetch(reverse("certificates:status_list", args=[1])))
    proof = served.pop("proof")

    ldp._verify_eddsa_rdfc_2022(served, proof, _public_pem(), ldp.document_loader())
    served["validUntil"] = "2099-01-01T00:00:00Z"

    with pytest.raises(OB3VerificationError):
        ldp._verify_eddsa_rdfc_2022(served, proof, _public_pem(), ldp.document_loader())


def test_pyjwt_reads_the_token_with_the_served_keys(made):
    served = jwt.PyJWKSet.from_dict(json.loads(fetch(reverse("certificates:key_set"))))
    head = jwt.get_unverified_header(made.token)

    claims = jwt.decode(made.token, served[head["kid"]].key, algorithms=["EdDSA"])

    assert head["alg"] == "EdDSA"
    assert (claims["iss"], claims["jti"]) == (DID, claims["id"])
    assert claims["nbf"] == datetime(2021, 6, 29, 22, 0, tzinfo=UTC).timestamp()


def test_both_forms_say_the_same(made):
    document, claims = json.loads(made.document), _payload(made.token)
    for name in ("iss", "jti", "nbf"):
        del claims[name]
    del document["proof"]
    assert (document.pop("credentialStatus"), claims.pop("credentialStatus")) == (
        _entry(status.document_address(1), made.status_index),
        _entry(status.token_address(1), made.status_index),
    )

    assert document == claims


def _entry(address, index):
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


# Tampering -----------------------------------------------------------------------------------------------------------


def _payload(token):
    return json.loads(signatures.decoded(token.split(".")[1]))


def _set(*path, to):
    def change(credential):
        place = credential
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def _drop(name):
    return lambda credential: credential.pop(name)


SUBJECT = "credentialSubject"
CHANGES = {
    "another name": _set(SUBJECT, "identifier", 0, "identityHash", to="Jean Dupont"),
    "a hashed name": _set(SUBJECT, "identifier", 0, "hashed", to=True),
    "no name": _set(SUBJECT, "identifier", to=[]),
    "another number": _set(SUBJECT, "licenseNumber", to="CQP-2021-000099"),
    "another title": _set(SUBJECT, "achievement", "name", to="Autre certification"),
    "a level": _set(SUBJECT, "achievement", "description", to="Niveau 6"),
    "other criteria": _set(SUBJECT, "achievement", "criteria", "narrative", to="Aucun"),
    "another code": _set(SUBJECT, "achievement", "humanCode", to="RNCP1"),
    "another code claimed": _set(SUBJECT, "achievement", "alignment", 0, "targetCode", to="RNCP1"),
    "a block less": lambda credential: credential[SUBJECT]["result"].pop(),
    "another block": _set(SUBJECT, "achievement", "resultDescription", 0, "name", to="BC8 – Autre"),
    "another day of a block": _set(SUBJECT, "result", 0, "value", to="acquis le 2019-01-01"),
    "an earlier day": _set("validFrom", to="2019-01-01T00:00:00+01:00"),
    "an earlier award": _set("awardedDate", to="2019-01-01T00:00:00+01:00"),
    "another issuer’s name": _set("issuer", "name", to="Une autre commission"),
    "another issuer": _set("issuer", "id", to="did:web:example.org"),
    "another file": _set("relatedResource", 0, "digestMultibase", to=multibase.sha256_digest("00" * 32)),
    "another place in the list": _set("credentialStatus", "statusListIndex", to="1"),
    "another list": _set("credentialStatus", "statusListCredential", to="http://example.org/1"),
    "no state": _drop("credentialStatus"),
    "another identifier": _set("id", to="urn:uuid:00000000-0000-4000-8000-000000000000"),
    "another evidence": _set("evidence", 0, "name", to="Autre"),
    "no evidence": _drop("evidence"),
    "a word more": lambda credential: credential.update(expires="jamais"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_token_is_refused(shared, verify_token, change):
    head, _, signature = shared.token.split(".")
    payload = _payload(shared.token)
    assert verify_token(f"{head}.{_encoded(payload)}.{signature}")  # written back as it was
    before = json.dumps(payload)
    change(payload)
    assert json.dumps(payload) != before

    with pytest.raises(OB3VerificationError):
        verify_token(f"{head}.{_encoded(payload)}.{signature}")


def _encoded(content):
    return signatures.encoded(signatures.canonical(content))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_document_is_refused(shared, verify_document, change):
    document = json.loads(shared.document)
    assert verify_document(json.dumps(document))
    change(document)

    with pytest.raises(OB3VerificationError):
        verify_document(json.dumps(document))


def _public_pem() -> bytes:
    return signatures.signing_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _by_nobody(payload, head):
    return f"{_encoded({**head, 'alg': 'none'})}.{_encoded(payload)}."


def _by_public_key(payload, head):
    signed = f"{_encoded({**head, 'alg': 'HS256'})}.{_encoded(payload)}"
    return f"{signed}.{signatures.encoded(hmac.digest(_public_pem(), signed.encode(), 'sha256'))}"


def _by_another_key(payload, head):
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return jwt.encode(payload, key, algorithm="EdDSA", headers=head)


def _by_a_key_of_nowhere(payload, head):
    return _by_another_key(payload, {**head, "kid": f"{DID}#elsewhere"})


@pytest.mark.parametrize("forge", [_by_nobody, _by_public_key, _by_another_key, _by_a_key_of_nowhere])
def test_a_token_by_another_hand_is_refused(shared, verify_token, forge):
    head, payload = jwt.get_unverified_header(shared.token), _payload(shared.token)

    with pytest.raises(OB3VerificationError):
        verify_token(forge(payload, head))


# Revoked, replaced ---------------------------------------------------------------------------------------------------


def _replace(certificate):
    make_replaced(certificate, birth_name="Corrigé")


@pytest.mark.parametrize("end", [make_revoked, _replace])
def test_an_ended_paper_is_told_by_the_next_list_and_never_by_one_that_does_not_know(made, end):
    verifier = OB3Verifier.for_issuer_did(DID, download=fetch)
    assert verifier.verify(made.token, check_status=True, download=fetch)
    end(made.certificate)

    for name in ("certificates:status_list", "certificates:status_list_token"):
        assert Client().get(reverse(name, args=[1])).status_code == 503
    sign_credentials()

    assert _bits() == {made.status_index}
    with pytest.raises(OB3VerificationError, match="revocation"):
        verifier.verify(made.token, check_status=True, download=fetch)


def _bits(number: int = 1) -> set[int]:
    found = []
    for name in ("certificates:status_list", "certificates:status_list_token"):
        text = fetch(reverse(name, args=[number])).decode()
        served = json.loads(text) if text.startswith("{") else _payload(text)
        encoded = served["credentialSubject"]["encodedList"]
        content = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
        assert encoded[0] == "u"
        assert len(content) * 8 >= 131_072
        found.append({index for index in range(len(content) * 8) if content[index // 8] >> 7 - index % 8 & 1})
    assert found[0] == found[1]
    return found[0]


def test_the_list_follows_a_revocation_as_soon_as_it_is_committed(made, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_revoked(made.certificate)

    assert _bits() == {made.status_index}


def test_a_row_put_back_by_hand_stays_ended(made):
    make_revoked(made.certificate)
    sign_states()
    sign_credentials()
    for guard in GUARDS:
        guard.remove(connection)

    Certificate.objects.filter(pk=made.certificate.pk).update(state=CertificateState.PUBLISHED)

    assert _bits() == {made.status_index}
    status.publish(1, at=timezone.now())
    assert _bits() == {made.status_index}


def test_a_list_is_signed_anew_before_it_expires(made):
    then = timezone.now() + status.RENEWED_AFTER + timedelta(minutes=1)
    old = StatusList.objects.get(number=1)

    status.publish_changed(at=timezone.now())
    assert StatusList.objects.get(number=1).token == old.token
    status.publish_changed(at=then)

    renewed = StatusList.objects.get(number=1)
    assert renewed.signed_at == then
    assert status.RENEWED_AFTER < status.GOOD_FOR


# Making --------------------------------------------------------------------------------------------------------------


def test_a_credential_is_made_once_and_journaled(made):
    again = making.sign_credential(made.certificate, at=timezone.now())
    sign_credentials()

    entry = Entry.objects.get(action="certificate.credential_signed", subject=made.certificate.subject)
    assert (again.pk, Credential.objects.get(certificate=made.certificate).token) == (made.pk, made.token)
    assert entry.after == {"credential": str(made.identifier), "key": made.key_id}


def test_the_sweep_signs_what_is_published_and_nothing_else():
    published, reserved = publish(make_certificate()), make_certificate()

    sign_credentials()

    assert Credential.objects.filter(certificate=published).count() == 1
    assert not Credential.objects.filter(certificate=reserved).exists()


def test_a_forged_paper_is_never_signed():
    certificate = publish(make_certificate())
    for guard in GUARDS:
        guard.remove(connection)
    forged = certificate.context | {"title": "Autre certification"}
    Certificate.objects.filter(pk=certificate.pk).update(context=forged)

    with pytest.raises(making.NotVouchedFor):
        making.sign_credential(Certificate.objects.get(pk=certificate.pk), at=timezone.now())
    sign_credentials()

    assert not Credential.objects.filter(certificate=certificate).exists()


def test_a_server_without_the_key_signs_nothing(settings):
    certificate = publish(make_certificate())
    settings.REGISTER_KEY = None

    sign_credentials()

    assert not Credential.objects.filter(certificate=certificate).exists()


@pytest.mark.parametrize(
    "write", ["UPDATE certificates_credential SET token = 'x'", "DELETE FROM certificates_credential"]
)
def test_a_signed_credential_is_neither_changed_nor_erased(made, write):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(write)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"status_index": LIST_LENGTH}, id="outside of the list"),
        pytest.param({"status_list": 0}, id="in no list"),
        pytest.param({"token": ""}, id="unsigned"),
        pytest.param({}, id="in a place that is taken"),
    ],
)
def test_the_table_refuses_a_credential(made, fields):
    other = publish(make_certificate())
    row = Credential(certificate=other, identifier=uuid4(), status_list=1, status_index=made.status_index)
    row.document, row.token, row.key_id, row.signed_at = "x", "x", "x", ISSUED_AT
    for name, value in fields.items():
        setattr(row, name, value)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_places_are_drawn_again_when_taken(made, monkeypatch):
    drawn = iter([made.status_index, made.status_index, 77])
    monkeypatch.setattr(making.secrets, "randbelow", lambda _: next(drawn))

    other = making.sign_credential(publish(make_certificate()), at=timezone.now())

    assert (other.status_list, other.status_index) == (1, 77)


def test_a_half_full_list_is_followed_by_another(made, monkeypatch):
    monkeypatch.setattr(making, "HALF_FULL", 1)

    other = making.sign_credential(publish(make_certificate()), at=timezone.now())

    assert other.status_list == 2
    assert _bits(2) == set()


# Who may, and what is told to whom -----------------------------------------------------------------------------------


@pytest.fixture
def drawn():
    certificate = drawing.draw_certificate(make_certificate().pk, at=ISSUED_AT)
    return making.sign_credential(certificate, at=timezone.now())


def _key_on(certificate):
    text = "".join(PdfReader(BytesIO(bytes(certificate.file.content))).pages[0].extract_text().split())
    return next(key for key in drawing._possible_keys(text) if drawing.keys.hash_of(key) == certificate.key_hash)


def test_the_number_and_key_of_the_paper_open_its_credential(drawn, client):
    paper = drawn.certificate
    key = _key_on(paper)

    document = client.get(reverse("certificates:verified_credential", args=[paper.number, key]))
    token = client.get(reverse("certificates:verified_credential_token", args=[paper.number, key]))

    assert (document.content.decode(), document["Content-Type"]) == (drawn.document, "application/vc")
    assert (token.content.decode(), token["Content-Type"]) == (drawn.token, "application/vc+jwt")
    assert document["Cache-Control"] == "no-store"
    assert key not in drawn.document + json.dumps(_payload(drawn.token))
    assert not document.cookies


@pytest.mark.parametrize("form", ["verified_credential", "verified_credential_token"])
def test_without_the_key_there_is_nothing(made, client, form):
    number = made.certificate.number

    wrong = client.get(reverse(f"certificates:{form}", args=[number, "A" * 26]))
    unknown = client.get(reverse(f"certificates:{form}", args=["CQP-2021-999999", "A" * 26]))

    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert wrong.content == unknown.content


def test_the_credential_s_own_address_tells_nothing(made, client):
    known = client.get(reverse("certificates:credential_address", args=[made.identifier]))
    unknown = client.get(reverse("certificates:credential_address", args=[uuid4()]))

    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content == client.get(reverse("certificates:verify_form")).content


@pytest.mark.parametrize("form", ["credential", "credential_token"])
def test_an_admin_takes_it_and_a_stranger_does_not_know_of_it(made, client, form):
    address = reverse(f"certificates:{form}", args=[made.certificate.number])
    client.force_login(make_training_member())
    assert client.get(address).status_code == 404
    client.force_login(make_admin())

    assert client.get(address).content.decode() in (made.document, made.token)


@pytest.mark.parametrize("form", ["credential", "credential_token"])
def test_an_unpublished_paper_has_none(client, form):
    reserved = make_certificate()
    client.force_login(make_admin())

    assert client.get(reverse(f"certificates:{form}", args=[reserved.number])).status_code == 404


def test_one_that_a_worker_has_not_signed_yet_is_for_later(client):
    certificate = publish(make_certificate())
    client.force_login(make_admin())

    response = client.get(reverse("certificates:credential", args=[certificate.number]))

    assert (response.status_code, response["Retry-After"]) == (503, "60")


PUBLIC_ADDRESSES = [
    ("certificates:did_document", []),
    ("certificates:key_set", []),
    ("certificates:status_list", [1]),
    ("certificates:status_list_token", [1]),
]


@pytest.mark.parametrize(("name", "arguments"), PUBLIC_ADDRESSES)
def test_what_verifiers_fetch_is_open_to_other_sites_and_names_nobody(made, client, name, arguments):
    response = client.get(reverse(name, args=arguments))
    content = response.content.decode()
    told = content if name != "certificates:status_list_token" else json.dumps(_payload(content))

    holder = made.certificate.context["holder"]
    for secret in (holder["birth_name"], holder["birth_date"], holder["birth_place"], made.certificate.number):
        assert secret
        assert secret not in told
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert response["Cache-Control"].startswith("public, max-age=")


@pytest.mark.parametrize("name", ["certificates:status_list", "certificates:status_list_token"])
def test_a_list_is_cached_for_less_than_a_minute(made, client, name):
    age = int(client.get(reverse(name, args=[1]))["Cache-Control"].split("=")[1])

    assert 0 < age <= 30


def test_what_verifiers_fetch_is_throttled(made, client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"issuer_documents": "2/m/ip"}
    address = reverse("certificates:did_document")

    answers = [client.get(address, REMOTE_ADDR="192.0.2.77").status_code for _ in range(3)]

    assert answers == [200, 200, 429]


def test_a_list_that_does_not_exist(client):
    assert client.get(reverse("certificates:status_list", args=[99])).status_code == 404


def test_a_list_asks_the_same_queries_for_3_papers_and_for_30(client, django_assert_num_queries):
    address = reverse("certificates:status_list", args=[1])
    for _ in range(3):
        making.sign_credential(publish(make_certificate()), at=timezone.now())
    with django_assert_num_queries(2):
        client.get(address)
    for _ in range(27):
        making.sign_credential(publish(make_certificate()), at=timezone.now())

    with django_assert_num_queries(2):
        assert client.get(address).status_code == 200


# What it says --------------------------------------------------------------------------------------------------------

PLACE = badge.Place(DID, "http://testserver", "http://testserver/x/", "http://testserver/l/", 3)


def _badge(context, **changes):
    return badge.badge_of(context | changes, sha256="ab" * 32, place=PLACE)


def test_it_says_the_name_and_leaves_the_birth_to_the_paper(shared):
    holder = shared.certificate.context["holder"]

    assert holder["birth_name"] in shared.document
    for name in ("birth_date", "birth_place"):
        assert holder[name]
        assert holder[name] not in shared.document


def test_a_code_is_told_only_when_the_paper_claims_it(shared):
    context = shared.certificate.context
    claimed, unclaimed = _badge(context), _badge(context, registration=None)

    assert claimed[SUBJECT]["achievement"]["alignment"][0]["targetCode"] == "RNCP31395"
    assert "RNCP" not in json.dumps(unclaimed)
    assert "iveau" not in json.dumps(claimed)


def test_a_statement_says_that_it_is_only_the_block(shared):
    context = shared.certificate.context
    statement = _badge(context, kind="block_statement", blocks=context["blocks"][:1], registration=None)
    achievement = statement[SUBJECT]["achievement"]

    assert achievement["name"].startswith("BC1 – ")
    assert badge.BLOCK_ONLY in achievement["description"]
    assert len(statement[SUBJECT]["result"]) == 1
    assert proofs.with_proof(statement, at=ISSUED_AT)


def test_a_specimen_says_so(shared):
    assert _badge(shared.certificate.context, specimen=True)["name"].startswith("SPÉCIMEN, sans valeur")


def test_an_achievement_is_the_same_for_all_who_hold_the_same(shared):
    context = shared.certificate.context
    ours = _badge(context)[SUBJECT]["achievement"]
    theirs = _badge(context, holder=context["holder"] | {"birth_name": "Autre"}, number="CQP-2021-000042")

    assert theirs[SUBJECT]["achievement"] == ours
    assert _badge(context, blocks=context["blocks"][1:])[SUBJECT]["achievement"]["id"] != ours["id"]


@pytest.mark.parametrize(
    ("day", "midnight"),
    [("2021-01-15", "2021-01-15T00:00:00+01:00"), ("2021-06-30", "2021-06-30T00:00:00+02:00")],
)
def test_it_is_valid_from_midnight_in_paris(shared, day, midnight):
    assert _badge(shared.certificate.context, delivered_on=day)["validFrom"] == midnight


def test_a_word_that_no_context_defines_is_never_signed(shared):
    unknown = _badge(shared.certificate.context) | {"motInconnu": "x"}

    with pytest.raises(proofs.UndefinedWord):
        proofs.with_proof(unknown, at=ISSUED_AT)


def test_nothing_is_fetched_to_sign(shared):
    elsewhere = _badge(shared.certificate.context) | {"@context": [badge.W3C, "https://example.org/context"]}

    with pytest.raises(Exception, match=r"example\.org"):
        proofs.with_proof(elsewhere, at=ISSUED_AT)


def test_the_first_context_is_the_one_that_the_w3c_publishes():
    assert hashlib.sha256((CONTEXTS / "credentials-v2.json").read_bytes()).hexdigest() == W3C_DIGEST


# Keys ----------------------------------------------------------------------------------------------------------------


def test_every_trusted_key_is_listed_for_its_use(monkeypatch):
    former = Ed25519PrivateKey.generate().public_key()
    own = signatures.trusted_keys()
    monkeypatch.setattr(issuer, "trusted_keys", lambda: own | {signatures.public_id(former): former})

    served = issuer.did_document()
    pem = former.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    listed = [method.get("publicKeyMultibase") for method in served["verificationMethod"]]
    assert multikey_from_pem(pem) in listed
    assert served["assertionMethod"] == [method["id"] for method in served["verificationMethod"]]
    assert len(issuer.key_set()["keys"]) == 2
    assert "d" not in issuer.key_set()["keys"][0]


@pytest.mark.parametrize(
    ("content", "text"),
    [(b"", "z"), (b"\0\0a", "z112g"), (b"Hello World!", "z2NEpo7TZRRrLZSi2U"), (b"\xff", "z5Q")],
)
def test_base58_is_written_as_others_read_it(content, text):
    """The second line of the base58 draft, and its leading zeros."""
    assert multibase.base58btc(content) == text


def test_the_site_s_port_is_part_of_its_name(settings):
    settings.SITE_URL = "http://localhost:8207"

    assert issuer.did() == "did:web:localhost%3A8207"


# Verify --------------------------------------------------------------------------------------------------------------


def test_verify_tells_of_a_changed_credential(made):
    assert list(invariants._broken_credentials()) == []
    for guard in GUARDS:
        guard.remove(connection)
    Credential.objects.filter(pk=made.pk).update(token=made.token.replace(".ey", ".ez", 1))

    assert list(invariants._broken_credentials()) == [made.certificate.number]


def test_verify_tells_of_a_list_that_no_worker_signs(made):
    assert list(invariants._overtaken_lists()) == []
    make_revoked(made.certificate)

    assert list(invariants._overtaken_lists()) == ["1"]
