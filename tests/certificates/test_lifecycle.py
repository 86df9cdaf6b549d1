"""What follows a published paper: reissue, duplicate, revocation by two people, and addresses that keep answering."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from blocks.models import Block
from candidates.services import correct_identity
from certificates import copies, drawing, keys, register, services
from certificates.enums import CertificateState, RevocationState
from certificates.models import Certificate, Duplicate, NumberCounter, Revocation
from certificates.register import Standing
from certificates.services import refusals
from certificates.tasks import sign_states
from correspondence.composing import composer_of
from correspondence.models import Mail
from journal.models import Entry
from tests.builders.certificates import ISSUED_AT, make_certificate, make_holder
from tests.builders.organisations import make_admin
from tests.races import at_once

pytestmark = pytest.mark.django_db
AT = ISSUED_AT + timedelta(days=30)
REASON = "Pièce d’identité d’une autre personne."


def published(**fields) -> Certificate:
    certificate = make_certificate(**fields)
    drawing.draw_certificate(certificate.pk, at=ISSUED_AT)
    return Certificate.objects.get(pk=certificate.pk)


def corrected(certificate: Certificate, **details) -> None:
    holder = certificate.candidate
    holder.refresh_from_db()
    identity = replace(holder.identity, **(details or {"birth_name": "Corrigée"}))
    correct_identity(holder, identity, email=holder.email, by=make_admin(), at=AT)


def revoked(certificate: Certificate) -> Certificate:
    asked = services.request_revocation(certificate, reason=REASON, by=make_admin(), at=AT)
    services.approve_revocation(asked, by=make_admin(), at=AT)
    certificate.refresh_from_db()
    return certificate


# Reissue


def test_a_corrected_identity_is_reissued_with_the_same_decisions_and_day():
    old = published()
    corrected(old)

    new = services.reissue(old, by=make_admin(), at=AT)

    old.refresh_from_db()
    assert (old.state, new.state, new.replaces) == (CertificateState.REPLACED, CertificateState.RESERVED, old)
    assert (new.number, new.delivered_on) == ("CQP-2021-000002", old.delivered_on)
    assert new.context["holder"]["birth_name"] == "Corrigée"
    assert new.context["number"] == new.number
    kept = set(old.context) - {"number", "holder", "template_version", "specimen"}
    assert {name: new.context[name] for name in kept} == {name: old.context[name] for name in kept}


def test_a_block_acquired_since_is_not_told_by_the_reissue():
    enrolment = make_holder()
    old = services.issue_certificate(enrolment, by=make_admin(), at=ISSUED_AT)
    drawing.draw_certificate(old.pk, at=ISSUED_AT)
    from tests.builders.candidates import make_acquired_block

    make_acquired_block(enrolment.candidate, "BC8", acquired_on=old.delivered_on + timedelta(days=9))
    corrected(old)

    new = services.reissue(old, by=make_admin(), at=AT)

    assert [block["code"] for block in new.context["blocks"]] == [block["code"] for block in old.context["blocks"]]
    assert new.delivered_on == old.delivered_on


def test_a_statement_is_reissued_too():
    enrolment = make_holder(["BC2"])
    block = Block.objects.get(version=enrolment.version, code="BC2")
    old = services.issue_block_statement(enrolment, block, by=make_admin(), at=ISSUED_AT)
    drawing.draw_certificate(old.pk, at=ISSUED_AT)
    corrected(old)

    new = services.reissue(old, by=make_admin(), at=AT)

    assert (new.number, new.catalogue_block) == ("BLOC-2021-000002", old.catalogue_block)


def test_both_papers_are_journaled_without_personal_data():
    old = published()
    corrected(old)

    new = services.reissue(old, by=make_admin(), at=AT)

    end = Entry.objects.get(action="certificate.replaced", subject=old.subject)
    start = Entry.objects.get(action="certificate.reissued", subject=new.subject)
    assert end.after["replaced_by"] == new.number
    assert (start.after["replaces"], start.after["changed"]) == (old.number, ["birth_name"])
    assert "Corrigée" not in f"{end.after} {start.after}"


def test_an_identity_that_is_printed_already_is_not_reissued_and_takes_no_number():
    old = published()

    with pytest.raises(refusals.IdentityUnchanged):
        services.reissue(old, by=make_admin(), at=AT)

    old.refresh_from_db()
    assert old.state == CertificateState.PUBLISHED
    assert NumberCounter.objects.get().last == 1


def test_a_name_that_cannot_be_drawn_leaves_the_paper_in_force():
    old = published()
    corrected(old, birth_name="Ѫ")

    with pytest.raises(refusals.NameNotDrawable):
        services.reissue(old, by=make_admin(), at=AT)

    old.refresh_from_db()
    assert old.state == CertificateState.PUBLISHED


def test_what_is_replaced_revoked_or_not_published_yet_is_not_reissued():
    replaced, ended, reserved = published(), revoked(published()), make_certificate()
    corrected(replaced)
    services.reissue(replaced, by=make_admin(), at=AT)

    for certificate in (replaced, ended, reserved):
        corrected(certificate, birth_name=f"Encore{'abc'[certificate.pk % 3]}")
        with pytest.raises(refusals.NotPublished):
            services.reissue(certificate, by=make_admin(), at=AT)


def test_while_issuing_is_stopped_nothing_is_reissued():
    old = published()
    corrected(old)
    services.stop_issuing(reason="Une erreur de modèle.", by=make_admin(), at=AT)

    with pytest.raises(refusals.IssuingStopped):
        services.reissue(old, by=make_admin(), at=AT)

    old.refresh_from_db()
    assert old.state == CertificateState.PUBLISHED


def test_a_paper_whose_revocation_is_asked_is_not_reissued():
    old = published()
    corrected(old)
    services.request_revocation(old, reason=REASON, by=make_admin(), at=AT)

    with pytest.raises(refusals.RevocationPending):
        services.reissue(old, by=make_admin(), at=AT)


@pytest.mark.usefixtures("committed", "postgresql")
class TestTwoReissuesAtOnce:
    @pytest.fixture(autouse=True)
    def _nothing_is_drawn(self, monkeypatch):
        for task in ("draw_certificate", "sign_state"):
            monkeypatch.setattr(f"certificates.services.lifecycle.{task}.delay_on_commit", lambda **kwargs: None)

    def reissues(self):
        old, admin = published(), make_admin()
        corrected(old)
        return at_once(*[lambda: services.reissue(old, by=admin, at=AT)] * 4)

    def test_without_locks_only_the_database_is_left_to_refuse(self, monkeypatch):
        """The control: they do meet."""
        from certificates.services import lifecycle

        def unlocked(certificate):
            found = Certificate.objects.get(pk=certificate.pk)
            if found.state != CertificateState.PUBLISHED:
                raise refusals.NotPublished
            return found

        monkeypatch.setattr(lifecycle, "lock_holder", lambda candidate_id: None)
        monkeypatch.setattr(lifecycle, "_published", unlocked)

        results = self.reissues()

        assert any(isinstance(result, IntegrityError) for result in results)
        assert Certificate.objects.live().count() == 1

    def test_one_paper_replaces_it(self):
        results = self.reissues()

        assert sum(isinstance(result, Certificate) for result in results) == 1
        assert sum(isinstance(result, refusals.NotPublished) for result in results) == 3
        assert sorted(Certificate.objects.values_list("number", "state")) == [
            ("CQP-2021-000001", "replaced"),
            ("CQP-2021-000002", "reserved"),
        ]


# Duplicates


def under_a_cover(duplicate, original):
    return b"cover " + original


def test_a_duplicate_is_the_same_bytes_under_a_cover():
    certificate = published()
    made = services.make_duplicate(certificate, reason="Original perdu", by=make_admin(), at=AT)

    drawn = copies.keep_duplicate(made.pk, draw=under_a_cover, at=AT)
    again = copies.keep_duplicate(made.pk, draw=lambda duplicate, original: b"other", at=AT)

    assert bytes(drawn.content) == b"cover " + bytes(certificate.file.content)
    assert bytes(again.content) == bytes(drawn.content)
    assert Entry.objects.filter(action="certificate.duplicated", subject=certificate.subject).count() == 1
    assert Entry.objects.filter(action="certificate.duplicate_drawn", subject=certificate.subject).count() == 1


def test_duplicates_follow_each_other():
    certificate = published()

    ranks = [services.make_duplicate(certificate, reason="Perdu", by=make_admin(), at=AT).rank for _ in range(3)]

    assert ranks == [1, 2, 3]


def test_a_paper_that_has_ended_has_no_new_duplicate_and_none_waiting_is_drawn():
    certificate = published()
    waiting = services.make_duplicate(certificate, reason="Perdu", by=make_admin(), at=AT)
    revoked(certificate)

    with pytest.raises(refusals.NotPublished):
        services.make_duplicate(certificate, reason="Perdu", by=make_admin(), at=AT)

    assert copies.keep_duplicate(waiting.pk, draw=under_a_cover, at=AT).content is None


def test_a_reason_that_no_cover_can_print_is_refused():
    certificate = published()

    with pytest.raises(refusals.ReasonNotDrawable):
        services.make_duplicate(certificate, reason="Perdu Ѫ", by=make_admin(), at=AT)

    assert not Duplicate.objects.exists()


# Revocation


def test_a_paper_is_revoked_by_two_people():
    certificate, first, second = published(), make_admin(), make_admin()

    asked = services.request_revocation(certificate, reason=REASON, by=first, at=AT)
    certificate.refresh_from_db()
    assert certificate.state == CertificateState.PUBLISHED
    services.approve_revocation(asked, by=second, at=AT)

    certificate.refresh_from_db()
    assert certificate.state == CertificateState.REVOKED
    assert register.standing_of(certificate) is Standing.REVOKED
    entry = Entry.objects.get(action="certificate.revoked", subject=certificate.subject)
    assert (entry.actor, entry.after["requested_by"]) == (second.reference, first.reference)
    assert REASON not in str(entry.after)


def test_nobody_approves_their_own_request():
    admin = make_admin()
    asked = services.request_revocation(published(), reason=REASON, by=admin, at=AT)

    with pytest.raises(refusals.RevocationByOneself):
        services.approve_revocation(asked, by=admin, at=AT)

    assert Certificate.objects.get().state == CertificateState.PUBLISHED


def test_nor_does_the_database_let_them():
    asked = services.request_revocation(published(), reason=REASON, by=make_admin(), at=AT)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE certificates_revocation SET state = 'approved', decided_by_id = requested_by_id, "
            "decided_at = requested_at WHERE id = %s",
            [asked.pk],
        )


def test_a_request_is_decided_once_and_a_declined_one_may_be_followed_by_another():
    certificate, admin = published(), make_admin()
    asked = services.request_revocation(certificate, reason=REASON, by=make_admin(), at=AT)
    with pytest.raises(refusals.RevocationPending):
        services.request_revocation(certificate, reason=REASON, by=make_admin(), at=AT)

    services.decline_revocation(asked, by=admin, at=AT)
    for decide in (services.approve_revocation, services.decline_revocation):
        with pytest.raises(refusals.RevocationDecided):
            decide(asked, by=admin, at=AT)
    services.request_revocation(certificate, reason=REASON, by=make_admin(), at=AT)

    assert Certificate.objects.get().state == CertificateState.PUBLISHED
    assert [row.state for row in Revocation.objects.order_by("pk")] == ["declined", "requested"]


@pytest.mark.parametrize("change", ["state = 'requested', decided_by_id = NULL, decided_at = NULL", "reason = 'autre'"])
def test_a_decided_request_does_not_change(change):
    revoked(published())

    with pytest.raises(IntegrityError, match="ne change plus"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE certificates_revocation SET {change}")


def test_the_holder_is_told_and_not_why():
    holder = {"email": "titulaire@example.org"}
    certificate = published(candidate=_with(**holder))
    revoked(certificate)

    mail = Mail.objects.get(kind="certificates.revoked")
    letter = composer_of(mail.kind)(mail, AT)

    assert mail.to == "titulaire@example.org"
    assert certificate.number in letter.body
    assert REASON not in letter.body
    assert certificate.candidate.birth_name not in letter.subject


def _with(**fields):
    from tests.builders.candidates import make_candidate

    return make_candidate(**fields)


def test_the_end_is_signed_at_once_by_a_worker(django_capture_on_commit_callbacks):
    certificate = published()

    with django_capture_on_commit_callbacks(execute=True):
        revoked(certificate)

    states = certificate.register_entries.order_by("rank").values_list("state", flat=True)
    assert list(states) == ["published", "revoked"]


def test_who_was_revoked_may_be_issued_another():
    """The rules ask for the blocks, acquired for life, and for no live certificate: it is the CPNEFP's to decide."""
    certificate = revoked(published())

    another = services.issue_certificate(certificate.enrolment, by=make_admin(), at=AT)

    assert (another.number, another.replaces) == ("CQP-2021-000002", None)


# Old addresses


def test_old_addresses_keep_answering_with_the_present_state(client, monkeypatch):
    first_key, second_key = "A" * keys.LENGTH, "B" * keys.LENGTH
    monkeypatch.setattr(keys, "new_key", lambda: first_key)
    old = published()
    address = reverse("certificates:verify", args=[old.number, first_key])
    assert "authentique et valide" in client.get(address).content.decode()

    corrected(old)
    monkeypatch.setattr(keys, "new_key", lambda: second_key)
    new = services.reissue(old, by=make_admin(), at=AT)
    before = client.get(address).content.decode()
    drawing.draw_certificate(new.pk, at=AT)
    replaced = client.get(address).content.decode()
    sign_states()
    revoked(Certificate.objects.get(pk=new.pk))
    newest = client.get(reverse("certificates:verify", args=[new.number, second_key]))

    assert "a été remplacé" in before
    assert new.number not in before  # Not published yet: nobody may know of it.
    assert new.number in replaced
    assert second_key not in replaced
    assert "a été retiré" in newest.content.decode()
    assert "no-store" in newest["Cache-Control"]
    assert "a été remplacé" in client.get(address).content.decode()
    assert Revocation.objects.get().state == RevocationState.APPROVED
