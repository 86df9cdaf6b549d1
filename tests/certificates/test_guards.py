"""What the database refuses, whoever writes: each guard is met by SQL that goes round every service.

What is refused passes once the guards are lifted: it is a guard that refuses, and no accident.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from blocks.models import Certification
from candidates.models import Enrolment
from certificates import drawing, register, register_files
from certificates.enums import CertificateState, Document, RevocationState
from certificates.guards import GUARDS, ISSUED, PUBLISHED
from certificates.models import (
    CdcFlow,
    CdcPassage,
    Certificate,
    Duplicate,
    IssuingJob,
    NumberCounter,
    Revocation,
    SupplementFile,
)
from certificates.services import Wanted, issue_next, request_issuing, resume_issuing, stop_issuing
from juries.enums import SessionState
from juries.guards import GUARDS as JURY_GUARDS
from juries.models import RatificationException
from rulebook import transitions
from tests.builders.candidates import make_acquired_block, make_enrolment
from tests.builders.certificates import (
    ACQUIRED_ON,
    ISSUED_AT,
    SEVEN_BLOCKS,
    make_certificate,
    make_holder,
    make_replaced,
    make_revoked,
)
from tests.builders.evaluations import submit_all
from tests.builders.juries import deliberation_on, make_session
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db

COLUMNS = {
    "kind": "certificate",
    "unregistered_reason": "faux",
    "delivered_on": ACQUIRED_ON.isoformat(),
    "context": "{}",
    "template_version": "1",
    "issued_at": "2021-07-05 09:00:00+00:00",
    "state": "reserved",
    "attempts": 0,
    "last_error": "",
}


def execute(sql: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@contextmanager
def lifted(*names: str) -> Iterator[None]:
    """The database without its guards on papers, or without these alone."""
    guards = [guard for guard in (*GUARDS, *JURY_GUARDS) if guard.name in names or (not names and guard in GUARDS)]
    for guard in guards:
        guard.remove(connection)
    yield
    for guard in guards:
        guard.install(connection)


def next_number(kind: str, year: int = 2021) -> dict[str, object]:
    """As issuing takes it: the counter first, then the row."""
    NumberCounter.objects.get_or_create(kind=kind, year=year)
    counter = NumberCounter.objects.get(kind=kind, year=year)
    counter.last += 1
    counter.save()
    return {"year": year, "sequence": counter.last, "number": f"X-{year}-{counter.last:06}"}


def insert(enrolment: Enrolment, **changes: object) -> None:
    row = COLUMNS | {
        "certification_id": enrolment.version.certification_id,
        "candidate_id": enrolment.candidate_id,
        "enrolment_id": enrolment.pk,
        "issued_by_id": make_admin().pk,
    }
    row |= next_number(str(changes.get("kind", row["kind"]))) | changes
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    execute(f"INSERT INTO certificates_certificate ({names}) VALUES ({marks})", *row.values())


def block_of(enrolment: Enrolment, code: str) -> int:
    return enrolment.version.blocks.get(code=code).catalogue_block_id


@dataclass(frozen=True)
class Forged:
    """A row that somebody would like in the register."""

    name: str
    holder: Callable[[], Enrolment]
    changes: Callable[[Enrolment], dict[str, object]] = lambda enrolment: {}
    message: str = "décision scellée"


def _other_certification(enrolment: Enrolment) -> dict[str, object]:
    other = Certification.objects.get(pk=enrolment.version.certification_id)
    other.pk, other.rncp_code = None, "RNCP99999"
    other.save(force_insert=True)
    return {"certification_id": other.pk}


def _by_jury(*, state: str) -> Enrolment:
    """Six blocks on evidence, and BC1 by a jury that has come so far: written without the guard of acquired blocks."""
    enrolment = make_enrolment()
    submit_all(enrolment)
    session = make_session([enrolment], state)
    if state == SessionState.PUBLISHED:
        return enrolment
    with lifted("juries_acquisition"):
        make_acquired_block(
            enrolment.candidate,
            "BC1",
            acquired_on=ACQUIRED_ON,
            enrolled_block=deliberation_on(session, "BC1").enrolled_block,
        )
    for code in SEVEN_BLOCKS[1:]:
        make_acquired_block(enrolment.candidate, code, acquired_on=ACQUIRED_ON)
    return enrolment


def _sent_back() -> Enrolment:
    """Published with every block acquired, then sent back by the CPNEFP after all."""
    enrolment = _by_jury(state=SessionState.PUBLISHED)
    session = enrolment.dossiers.get().session
    RatificationException.objects.create(
        ratification=session.ratification, deliberation=deliberation_on(session, "BC1"), reason="À revoir"
    )
    return enrolment


def _last_acquired(enrolment: Enrolment) -> dict[str, object]:
    return {"delivered_on": max(enrolment.candidate.acquired_blocks.values_list("acquired_on", flat=True)).isoformat()}


def _of_somebody_else(enrolment: Enrolment) -> dict[str, object]:
    old = make_certificate()
    drawing.draw_certificate(old.pk, at=ISSUED_AT)
    Certificate.objects.filter(pk=old.pk).update(state=CertificateState.REPLACED)
    return {"replaces_id": old.pk}


def _replacing_a_valid_statement(enrolment: Enrolment) -> dict[str, object]:
    return {"replaces_id": make_certificate().pk}


FORGED = [
    Forged("nothing acquired", lambda: make_holder(())),
    Forged("a mandatory block missing", lambda: make_holder(SEVEN_BLOCKS[1:])),
    Forged("one option", lambda: make_holder(SEVEN_BLOCKS[:-1])),
    Forged("three options, a block missing", lambda: make_holder((*SEVEN_BLOCKS[:4], "BC6", "BC7", "BC8"))),
    Forged("another person", make_holder, lambda _: {"candidate_id": make_holder().candidate_id}),
    Forged("another certification", make_holder, _other_certification),
    Forged("decided, not published", lambda: _by_jury(state=SessionState.SEALED)),
    Forged("ratified, not published", lambda: _by_jury(state=SessionState.RATIFIED)),
    Forged("sent back by the CPNEFP", _sent_back, _last_acquired),
    Forged(
        "a statement of a block not held",
        lambda: make_holder(["BC1"]),
        lambda enrolment: {"kind": "block_statement", "catalogue_block_id": block_of(enrolment, "BC2")},
        "attestation",
    ),
    Forged(
        "a statement on another's enrolment",
        lambda: make_holder(["BC1"]),
        lambda enrolment: {
            "kind": "block_statement",
            "catalogue_block_id": block_of(enrolment, "BC1"),
            "candidate_id": make_holder(["BC1"]).candidate_id,
        },
        "attestation",
    ),
    Forged(
        "published at once",
        make_holder,
        lambda _: {"state": "published", "published_at": ISSUED_AT, "sha256": "0" * 64, "key_hash": "1" * 64},
        "réservé avant",
    ),
    Forged("with its key", make_holder, lambda _: {"key_hash": "1" * 64}, "réservé avant"),
    Forged("a number further on", make_holder, lambda _: {"sequence": 7, "number": "CQP-2021-000007"}, "qui suit"),
    Forged("a number not its rank", make_holder, lambda _: {"number": "CQP-2021-000042"}, "qui suit"),
    Forged("a number of the past", make_holder, lambda _: next_number("certificate", 2019), "qui suit"),
    Forged("a number of the future", make_holder, lambda _: next_number("certificate", 2022), "qui suit"),
    Forged("an earlier day", make_holder, lambda _: {"delivered_on": "2021-01-31"}, "dernière décision"),
    Forged("replacing somebody else's", make_holder, _of_somebody_else, "même personne"),
    Forged("replacing a paper that is not replaced", make_holder, _replacing_a_valid_statement, "même personne"),
]


def test_a_certificate_that_is_earned_may_be_written():
    insert(make_holder())

    assert Certificate.objects.count() == 1


def test_a_certificate_by_decisions_that_stand_may_be_written():
    enrolment = _by_jury(state=SessionState.PUBLISHED)

    insert(enrolment, **_last_acquired(enrolment))

    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("forged", FORGED, ids=lambda forged: forged.name)
def test_a_forged_paper_is_refused_and_passes_without_the_guards(forged):
    with lifted("certificates_certificate_replaced"):
        enrolment = forged.holder()
        changes = forged.changes(enrolment)
        before = Certificate.objects.count()

        with pytest.raises(IntegrityError, match=r"décision|attestation|réservé avant|qui suit|même personne"):
            insert(enrolment, **changes)
        assert Certificate.objects.count() == before

        with lifted():
            insert(enrolment, **changes)
        assert Certificate.objects.count() == before + 1


@pytest.mark.parametrize("forged", FORGED, ids=lambda forged: forged.name)
def test_each_forged_paper_is_refused_for_what_is_wrong_with_it(forged):
    """With every guard of another message lifted, it still is."""
    others = [
        guard.name
        for guard in GUARDS
        if guard.table == "certificates_certificate" and forged.message not in guard.message
    ]
    with lifted(*others):
        enrolment = forged.holder()
        changes = forged.changes(enrolment)

        with pytest.raises(IntegrityError, match=forged.message):
            insert(enrolment, **changes)


def test_a_second_live_certificate_is_refused():
    enrolment = make_holder()
    insert(enrolment)

    with pytest.raises(IntegrityError):
        insert(enrolment)


def test_on_the_last_evening_the_number_is_already_of_the_year_that_begins():
    insert(make_holder(), issued_at="2020-12-31 23:30:00+00:00")

    assert Certificate.objects.get().year == 2021


@pytest.fixture
def published() -> Certificate:
    return drawing.draw_certificate(make_certificate().pk, at=ISSUED_AT)


CHANGES = {
    "id": "id + 1000",
    "kind": "'block_statement'",
    "number": "'CQP-2021-000999'",
    "year": "2020",
    "sequence": "77",
    "certification_id": "certification_id + 1",
    "candidate_id": "candidate_id + 1",
    "enrolment_id": "enrolment_id + 1",
    "catalogue_block_id": "1",
    "registration_id": "NULL",
    "delivered_on": "'2020-01-01'",
    "context": '\'{"number": "autre"}\'',
    "template_version": "'9'",
    "issued_by_id": "issued_by_id + 1",
    "issued_at": "'2020-01-01 00:00:00+00:00'",
    "unregistered_reason": "'faux'",
    "replaces_id": "id",
    "sha256": "'faux'",
    "key_hash": "'faux'",
    "published_at": "'2020-01-01 00:00:00+00:00'",
    "attempts": "4",
    "last_error": "'faux'",
}


def test_every_column_of_a_paper_is_either_frozen_or_its_state():
    columns = {field.column for field in Certificate._meta.local_concrete_fields}

    assert columns == {*ISSUED, *PUBLISHED, "state"} == {*CHANGES, "state"}


@pytest.mark.parametrize("column", CHANGES)
def test_a_published_paper_does_not_change(published, column):
    with pytest.raises(IntegrityError, match="ne change plus"):
        execute(f"UPDATE certificates_certificate SET {column} = {CHANGES[column]} WHERE id = %s", published.pk)


@pytest.mark.parametrize("column", ["sha256", "published_at", "last_error", "template_version", "issued_at"])
def test_without_its_guard_it_would(published, column):
    with lifted("certificates_certificate_frozen"):
        execute(f"UPDATE certificates_certificate SET {column} = {CHANGES[column]} WHERE id = %s", published.pk)

    assert getattr(Certificate.objects.get(pk=published.pk), column) != getattr(published, column)


@pytest.mark.parametrize("column", ISSUED)
def test_a_reserved_paper_keeps_what_was_decided(column):
    certificate = make_certificate()

    with pytest.raises(IntegrityError, match="ne change plus"):
        execute(f"UPDATE certificates_certificate SET {column} = {CHANGES[column]} WHERE id = %s", certificate.pk)


@pytest.mark.parametrize("target", CertificateState.values)
@pytest.mark.parametrize("origin", [CertificateState.PUBLISHED, CertificateState.REPLACED, CertificateState.REVOKED])
def test_a_state_moves_only_along_the_table(published, origin, target):
    """Held by the one guard that reads the table, the others being lifted."""
    others = [guard.name for guard in GUARDS if guard.name != "certificates_certificate_moved"]
    with lifted(*others):
        if origin != CertificateState.PUBLISHED:
            Certificate.objects.filter(pk=published.pk).update(state=origin)
        if target == origin or target in transitions.CERTIFICATE[origin]:
            Certificate.objects.filter(pk=published.pk).update(state=target)
        else:
            with pytest.raises(IntegrityError, match=r"aucun autre passage|certificates_certificate_state"):
                execute("UPDATE certificates_certificate SET state = %s WHERE id = %s", target, published.pk)


@pytest.mark.parametrize("target", [CertificateState.REPLACED, CertificateState.REVOKED])
def test_a_reserved_paper_does_not_end(target):
    certificate = make_certificate()

    with pytest.raises(IntegrityError, match=r"aucun autre passage|accord"):
        execute("UPDATE certificates_certificate SET state = %s WHERE id = %s", target, certificate.pk)


def _publish_without_file(certificate: Certificate) -> None:
    execute(
        "UPDATE certificates_certificate SET state = 'published', published_at = issued_at, sha256 = 'faux', "
        "key_hash = 'faux' WHERE id = %s",
        certificate.pk,
    )


def test_a_paper_is_not_published_without_its_file():
    certificate = make_certificate()

    with pytest.raises(IntegrityError, match="avec son fichier"):
        _publish_without_file(certificate)
    with lifted("certificates_certificate_published"):
        _publish_without_file(certificate)

    assert Certificate.objects.get().state == CertificateState.PUBLISHED


def _revoke(certificate: Certificate) -> None:
    execute("UPDATE certificates_certificate SET state = 'revoked' WHERE id = %s", certificate.pk)


def test_a_paper_is_not_revoked_by_nobody(published):
    with pytest.raises(IntegrityError, match="seconde personne"):
        _revoke(published)
    with lifted("certificates_certificate_revoked"):
        _revoke(published)

    assert Certificate.objects.get().state == CertificateState.REVOKED


def test_a_revocation_asked_for_is_not_enough(published):
    Revocation.objects.create(certificate=published, reason="Fraude", requested_by=make_admin(), requested_at=ISSUED_AT)

    with pytest.raises(IntegrityError, match="seconde personne"):
        _revoke(published)


def test_a_revocation_is_asked_for_before_it_is_approved(published):
    decided = {
        "state": RevocationState.APPROVED,
        "requested_by": make_admin(),
        "requested_at": ISSUED_AT,
        "decided_by": make_admin(),
        "decided_at": ISSUED_AT,
    }

    with pytest.raises(IntegrityError, match="se décide ensuite"), transaction.atomic():
        Revocation.objects.create(certificate=published, reason="Fraude", **decided)
    with lifted("certificates_revocation_asked"):
        Revocation.objects.create(certificate=published, reason="Fraude", **decided)


@pytest.mark.parametrize(
    "change", ["state = 'requested'", "reason = 'autre'", "requested_by_id = decided_by_id", "decided_at = NULL"]
)
def test_a_decided_revocation_does_not_change(published, change):
    make_revoked(published)

    with pytest.raises(IntegrityError, match="décidée ne change plus"):
        execute(f"UPDATE certificates_revocation SET {change}")


def test_a_revoked_paper_is_never_valid_again(published):
    make_revoked(published)

    with pytest.raises(IntegrityError, match="aucun autre passage"):
        execute("UPDATE certificates_certificate SET state = 'published'")


def test_a_reissue_takes_its_place_after_the_old_one_has_left_it(published):
    successor = make_replaced(published)

    assert successor.replaces == published
    assert Certificate.objects.get(pk=published.pk).state == CertificateState.REPLACED


def _replace_by_nothing(certificate: Certificate) -> None:
    with transaction.atomic():
        execute("UPDATE certificates_certificate SET state = 'replaced' WHERE id = %s", certificate.pk)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # What the commit would do.


@pytest.mark.usefixtures("postgresql")
def test_a_paper_is_not_replaced_by_nothing(published):
    with pytest.raises(IntegrityError, match="remplacé que par un autre"):
        _replace_by_nothing(published)
    with lifted("certificates_certificate_replaced"):
        _replace_by_nothing(published)

    assert Certificate.objects.get().state == CertificateState.REPLACED


def test_a_certificate_is_never_deleted():
    certificate = make_certificate()

    with pytest.raises(IntegrityError, match="ne s’efface pas"):
        execute("DELETE FROM certificates_certificate WHERE id = %s", certificate.pk)


@pytest.mark.usefixtures("postgresql")
def test_the_register_is_never_emptied(published):
    execute("SET CONSTRAINTS ALL IMMEDIATE")  # What waits for the commit would refuse before the guards.
    for table in ("certificates_certificate", "certificates_registerentry", "certificates_certificatefile"):
        with pytest.raises(IntegrityError):
            execute(f"TRUNCATE {table} CASCADE")


KEPT = {
    "certificates_certificatefile": ("content", "sha256", "drawn_at", "seal_sha256", "certificate_id"),
    "certificates_registerentry": ("rank", "state", "payload", "key_id", "signature", "signed_at", "certificate_id"),
    "certificates_fileentry": ("rank", "document", "payload", "key_id", "signature", "signed_at", "certificate_id"),
    "certificates_supplementfile": ("content", "sha256", "drawn_at", "seal_sha256", "certificate_id"),
    "certificates_duplicate": ("content", "sha256", "drawn_at", "reason", "context", "rank", "made_by_id", "made_at"),
}


@pytest.fixture
def kept(published) -> Certificate:
    """A paper with its annex, and a duplicate that is drawn."""
    SupplementFile.objects.create(certificate=published, content=b"annexe", sha256="0" * 64, drawn_at=ISSUED_AT)
    register_files.enter(published, Document.SUPPLEMENT, rank=1, sha256="0" * 64, at=ISSUED_AT)
    duplicate = Duplicate.objects.create(
        certificate=published, rank=1, reason="Perte", context={"rank": 1}, made_by=make_admin(), made_at=ISSUED_AT
    )
    Duplicate.objects.filter(pk=duplicate.pk).update(content=b"copie", sha256="0" * 64, drawn_at=ISSUED_AT)
    return published


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, columns in KEPT.items() for column in columns]
)
def test_what_was_delivered_does_not_change(kept, table, column):
    with pytest.raises(IntegrityError, match="ne change plus"):
        execute(f"UPDATE {table} SET {column} = {column}")


@pytest.mark.parametrize("table", [*KEPT, "certificates_numbercounter"])
def test_what_was_delivered_is_not_deleted(kept, table):
    with pytest.raises(IntegrityError, match=r"ne change plus|ne s’efface pas|ne sert qu’une fois"):
        execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", KEPT)
def test_without_the_guards_all_of_it_would(kept, table):
    with lifted():
        execute(f"UPDATE {table} SET certificate_id = certificate_id")
        execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("change", ["reason = 'autre'", "context = '{}'", "made_at = '2020-01-01 00:00:00+00:00'"])
def test_a_duplicate_asked_for_keeps_what_was_asked(published, change):
    Duplicate.objects.create(
        certificate=published, rank=1, reason="Perte", context={"rank": 1}, made_by=make_admin(), made_at=ISSUED_AT
    )

    with pytest.raises(IntegrityError, match="ne change plus"):
        execute(f"UPDATE certificates_duplicate SET {change}")


def test_no_duplicate_of_a_paper_that_has_ended(published):
    make_revoked(published)
    fields = {"rank": 1, "reason": "Perte", "context": {}, "made_by": make_admin(), "made_at": ISSUED_AT}

    with pytest.raises(IntegrityError, match="document valide"), transaction.atomic():
        Duplicate.objects.create(certificate=published, **fields)


@pytest.mark.parametrize(
    "change", ["last = last + 2", "last = last - 1", "last = last", "year = 2020, last = last + 1"]
)
def test_a_counter_goes_one_by_one(change):
    make_certificate()

    with pytest.raises(IntegrityError, match="aucun ne se saute"):
        execute(f"UPDATE certificates_numbercounter SET {change}")


def test_a_counter_starts_at_nothing():
    with pytest.raises(IntegrityError, match="commencent au premier"):
        NumberCounter.objects.create(kind="certificate", year=2031, last=41)


def test_the_register_enters_the_present_state_and_the_next_rank(published):
    entry = published.register_entries.get()
    fields = {"certificate": published, "payload": {}, "key_id": "x", "signature": "x", "signed_at": ISSUED_AT}

    for rank, state in [(2, "revoked"), (3, "published"), (2, "reserved")]:
        with pytest.raises(IntegrityError, match="état présent"), transaction.atomic():
            type(entry).objects.create(rank=rank, state=state, **fields)
    type(entry).objects.create(rank=2, state="published", **fields)


def test_the_register_signs_an_end(published):
    make_revoked(published)

    assert register.sign_state(published.pk, at=ISSUED_AT).rank == 2


@pytest.fixture
def flow(published) -> CdcFlow:
    flow = CdcFlow.objects.create(
        identifier="0b6f4f3e-6b8c-4f43-9c1f-3b8a6c1d2e3f",
        schema_version="1.1.2",
        content=b"<flux/>",
        sha256="0" * 64,
        made_by=make_admin(),
        made_at=datetime(2021, 8, 1, tzinfo=UTC),
    )
    CdcPassage.objects.create(flow=flow, certificate=published, technical_id="CQP-2021-000001")
    return flow


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("certificates_cdcflow", "content = %s"),
        ("certificates_cdcflow", "sha256 = %s"),
        ("certificates_cdcflow", "schema_version = %s"),
        ("certificates_cdcpassage", "technical_id = %s"),
    ],
)
def test_a_flow_is_kept_as_it_was_made(flow, table, change):
    value = b"autre" if change.startswith("content") else "autre"

    with pytest.raises(IntegrityError, match=r"tel qu’il a été|ne change plus"):
        execute(f"UPDATE {table} SET {change}", value)
    with lifted():
        execute(f"UPDATE {table} SET {change}", value)


@pytest.mark.parametrize("table", ["certificates_cdcpassage", "certificates_cdcflow", "certificates_revocation"])
def test_a_declaration_and_a_revocation_are_not_deleted(flow, published, table):
    make_revoked(published)

    with pytest.raises(IntegrityError, match=r"s’efface pas|le reste"):
        execute(f"DELETE FROM {table}")


def test_only_a_reserved_paper_is_drafted(published):
    insert_draft = (
        "INSERT INTO certificates_paperdraft (certificate_id, step, content, text, pages, key_hash, seal_sha256, "
        "written_at) VALUES (%s, 'drawn', %s, '', 1, '', '', '2021-07-05 09:00:00+00:00')"
    )

    with pytest.raises(IntegrityError, match="Seul un document réservé"):
        execute(insert_draft, published.pk, b"faux")

    with lifted("certificates_draft_reserved"):
        execute(insert_draft, published.pk, b"faux")


@pytest.fixture
def batch() -> IssuingJob:
    """One item issued, one that waits."""
    job = request_issuing([Wanted(make_holder()), Wanted(make_holder())], by=make_admin(), at=ISSUED_AT)
    issue_next(job.pk, at=ISSUED_AT)
    return job


@pytest.fixture
def finished(batch: IssuingJob) -> IssuingJob:
    while issue_next(batch.pk, at=ISSUED_AT):
        pass
    return batch


DONE = "UPDATE certificates_issuingjob SET state = 'done', finished_at = '2021-07-05 10:00:00+00:00'"
RUNNING = "UPDATE certificates_issuingjob SET state = 'running', finished_at = NULL"
ONE_MORE = (
    "INSERT INTO certificates_issuingitem (job_id, position, enrolment_id, kind, confirmed_reason, state, refusal, "
    "attempts) SELECT job_id, 9, enrolment_id, kind, '', 'waiting', '', 0 FROM certificates_issuingitem "
    "WHERE position = 1"
)
WAITING_AGAIN = "UPDATE certificates_issuingitem SET state = 'waiting', certificate_id = NULL WHERE position = 1"
OF_ANOTHER = "UPDATE certificates_issuingitem SET kind = 'block_statement' WHERE position = 2"
FORGOTTEN = "DELETE FROM certificates_issuingitem WHERE position = 1"


@pytest.mark.parametrize(
    ("made", "guard", "sql"),
    [
        ("batch", "certificates_job_finished", DONE),
        ("finished", "certificates_job_finished", RUNNING),
        ("finished", "certificates_item_added", ONE_MORE),
        ("batch", "certificates_item_settled", WAITING_AGAIN),
        ("batch", "certificates_item_settled", OF_ANOTHER),
        ("batch", "certificates_item_kept", FORGOTTEN),
    ],
)
def test_a_batch_is_what_was_asked_for_and_ends_when_nothing_waits(request, made, guard, sql):
    request.getfixturevalue(made)

    with pytest.raises(IntegrityError):
        execute(sql)

    with lifted(guard):
        execute(sql)


@pytest.mark.parametrize(
    ("guard", "sql"),
    [
        ("certificates_stop_over", "UPDATE certificates_issuingstop SET reason = 'autre'"),
        ("certificates_stop_over", "UPDATE certificates_issuingstop SET resumed_at = NULL, resumed_by_id = NULL"),
        ("certificates_stop_kept", "DELETE FROM certificates_issuingstop"),
    ],
)
def test_a_stop_is_kept_as_it_was(guard, sql):
    admin = make_admin()
    stop_issuing(reason="Une clé perdue", by=admin, at=ISSUED_AT)
    resume_issuing(by=admin, at=ISSUED_AT)

    with pytest.raises(IntegrityError):
        execute(sql)

    with lifted(guard):
        execute(sql)


def test_one_stop_at_a_time():
    admin = make_admin()
    stop_issuing(reason="Une clé perdue", by=admin, at=ISSUED_AT)
    again = (
        "INSERT INTO certificates_issuingstop (reason, stopped_by_id, stopped_at) "
        "VALUES ('encore', %s, '2021-07-05 09:00:00+00:00')"
    )

    with pytest.raises(IntegrityError):
        execute(again, admin.pk)

    resume_issuing(by=admin, at=ISSUED_AT)
    execute(again, admin.pk)
