"""What could not be drawn: a few tries, then told, then again when the secretariat says so."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certificates import copies, drawing, file_refusals, services, supplements, tasks
from certificates.invariants import INVARIANTS
from certificates.models import Certificate, Duplicate, FileRefusal
from certificates.services import refusals
from certificates.todo import to_do
from documents.drawing import DrawingRefused
from documents.sealing import SealUnusable
from journal.models import Entry
from tests.builders.certificates import ISSUED_AT, make_certificate, make_revoked
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db
WHY = "Le motif déborde de son cadre."


def refuse(*args):
    raise DrawingRefused([WHY])


@pytest.fixture
def published() -> Certificate:
    return drawing.draw_certificate(make_certificate().pk, at=ISSUED_AT)


@pytest.fixture
def asked(published) -> Duplicate:
    return services.make_duplicate(published, reason="Perdu", by=make_admin(), at=ISSUED_AT)


def page_of(client, certificate: Certificate) -> str:
    return client.get(reverse("certificates:certificate", args=[certificate.number])).content.decode()


def test_a_refused_duplicate_is_tried_five_times_then_once_a_day(asked, monkeypatch, time_machine):
    tries = []
    monkeypatch.setattr(copies.keep_duplicate, "__kwdefaults__", {"draw": lambda *args: (tries.append(1), refuse())})
    time_machine.move_to(ISSUED_AT, tick=False)

    for _ in range(file_refusals.MAX_ATTEMPTS + 3):
        tasks.draw_duplicates()
    assert len(tries) == file_refusals.MAX_ATTEMPTS
    time_machine.shift(timedelta(days=1))
    tasks.draw_duplicates()
    tasks.draw_duplicates()

    assert len(tries) == file_refusals.MAX_ATTEMPTS + 1


def test_why_is_told_to_the_secretariat_and_to_verify_until_it_is_drawn(client, asked):
    admin = make_admin()
    client.force_login(admin)
    page = reverse("certificates:certificate", args=[asked.certificate.number])
    for _ in range(file_refusals.MAX_ATTEMPTS):
        assert not told()
        copies.keep_duplicate(asked.pk, draw=refuse, at=ISSUED_AT)

    assert told() == [f"{asked.certificate.number} (duplicata 1)"]
    assert f"Le duplicata 1 n’a pas pu être établi (5 essais). {WHY}" in page_of(client, asked.certificate)
    assert "n’a pas pu être établi" in client.get(page + "duplicatas/").content.decode()
    assert (1, page) in {(entry.count, entry.url) for entry in to_do(admin, on=ISSUED_AT.date())}
    copies.keep_duplicate(asked.pk, draw=lambda duplicate, original: original, at=ISSUED_AT)
    assert not FileRefusal.objects.exists()
    assert "Essayer de nouveau" not in page_of(client, asked.certificate)


def told() -> list[str]:
    return list(next(invariant for invariant in INVARIANTS if invariant.code == "certificates.refused").find())


def test_of_a_paper_that_has_ended_nothing_is_tried_nor_told(asked, monkeypatch):
    for _ in range(file_refusals.MAX_ATTEMPTS):
        copies.keep_duplicate(asked.pk, draw=refuse, at=ISSUED_AT)
    make_revoked(asked.certificate)

    assert not told()
    assert not copies.to_draw(at=ISSUED_AT + timedelta(days=9)).exists()
    with pytest.raises(refusals.NothingRefused):
        services.draw_again(asked.certificate, by=make_admin(), at=ISSUED_AT)


# The secretariat's button


def test_a_paper_refused_five_times_is_drawn_again_when_somebody_says_so(
    client, monkeypatch, django_capture_on_commit_callbacks
):
    certificate, admin = make_certificate(), make_admin()
    with monkeypatch.context() as refusing:
        refusing.setattr(drawing, "draw_paper", refuse)
        for _ in range(tasks.MAX_ATTEMPTS):
            drawing.draw_certificate(certificate.pk, at=ISSUED_AT)
    tasks.draw_waiting()
    assert Certificate.objects.get().attempts == tasks.MAX_ATTEMPTS
    client.force_login(admin)
    assert "Essayer de nouveau" in page_of(client, certificate)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("certificates:draw_again", args=[certificate.number]))

    assert Certificate.objects.get().is_public
    entry = Entry.objects.get(action="certificate.drawn_again")
    assert (entry.actor, entry.after) == (admin.reference, {"documents": ["original"]})
    assert "Essayer de nouveau" not in page_of(client, certificate)


def test_a_supplement_and_a_duplicate_are_drawn_again_together(asked, monkeypatch, django_capture_on_commit_callbacks):
    certificate = asked.certificate
    copies.keep_duplicate(asked.pk, draw=refuse, at=ISSUED_AT)
    with monkeypatch.context() as refusing:
        refusing.setattr(supplements, "draw_supplement", refuse)
        supplements.keep_supplement(certificate.pk, at=ISSUED_AT)

    with django_capture_on_commit_callbacks(execute=True):
        again = services.draw_again(certificate, by=make_admin(), at=ISSUED_AT)

    assert again == ["duplicata 1", "supplément"]
    assert not FileRefusal.objects.exists()
    asked.refresh_from_db()
    assert asked.content
    assert Certificate.objects.get(pk=certificate.pk).supplement.content


def test_there_is_nothing_to_draw_again_of_what_nobody_refused(client, published):
    client.force_login(make_admin())

    answer = client.post(reverse("certificates:draw_again", args=[published.number]), follow=True)

    assert "Rien de ce document n’attend un nouvel essai" in answer.content.decode()
    assert not Entry.objects.filter(action="certificate.drawn_again").exists()


# A seal that has expired


def without_seal(*args):
    raise SealUnusable("/run/secrets/seal.p12 holds a certificate that has expired, or is not valid yet.")


def test_a_paper_waits_for_its_seal_and_the_secretariat_reads_why(client, monkeypatch):
    certificate = make_certificate()
    client.force_login(make_admin())
    with monkeypatch.context() as expired:
        expired.setattr(drawing, "sealed", without_seal)
        for _ in range(tasks.MAX_ATTEMPTS + 1):
            drawing.draw_certificate(certificate.pk, at=ISSUED_AT)
        page = page_of(client, certificate)

    assert "Le sceau du serveur ne peut pas être posé" in page
    assert "/run/secrets" not in page
    assert Certificate.objects.get().attempts == 0  # It is no fault of the paper’s: the sweep takes it up again.
    tasks.draw_waiting()
    assert Certificate.objects.get().is_public
    assert Certificate.objects.get().last_error == ""


def test_a_supplement_and_a_duplicate_say_so_too(asked, monkeypatch):
    monkeypatch.setattr(supplements, "draw_supplement", without_seal)

    supplements.keep_supplement(asked.certificate_id, at=ISSUED_AT)
    copies.keep_duplicate(asked.pk, draw=without_seal, at=ISSUED_AT)

    assert all("Le sceau du serveur" in refusal.last_error for refusal in FileRefusal.objects.all())
    assert FileRefusal.objects.count() == 2
