"""Holders: the mail that lets them in, their page by its link, what they share of it and take back."""

import html
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from blocks.models import Block
from certificates import drawing, services
from certificates.after import out_of_reach
from certificates.models import Certificate, CertificateFile, HolderLink, Share
from certificates.services import refusals
from correspondence import sending
from correspondence.models import Mail
from correspondence.tokens import token_of
from journal.models import Entry
from organisations.tokens import hash_token
from tests.builders.candidates import make_candidate
from tests.builders.certificates import ISSUED_AT, make_certificate, make_holder
from tests.builders.organisations import make_admin, make_training_member

pytestmark = pytest.mark.django_db
EMAIL = "titulaire@example.org"
AT = ISSUED_AT + timedelta(days=30)


def published(**fields) -> Certificate:
    fields.setdefault("email", EMAIL)
    certificate = make_certificate(candidate=make_candidate(**fields))
    drawing.draw_certificate(certificate.pk, at=ISSUED_AT)
    return Certificate.objects.get(pk=certificate.pk)


def sent(mail: Mail) -> str:
    """The token of the link in the mail that left."""
    sending.send(mail.pk, at=max(mail.send_after, ISSUED_AT))
    mail.refresh_from_db()
    return token_of(mail)


def link_of(certificate: Certificate) -> str:
    return sent(Mail.objects.get(kind="certificates.published", facts__certificate=certificate.pk))


def page_of(token: str) -> str:
    return reverse("certificates:holder", args=[token])


def sharing(client, token: str, certificate: Certificate, **changes):
    """The form as its page sends it."""
    address = reverse("certificates:share", args=[token, certificate.number])
    form = re.search(r'name="form" value="(\w{22})"', client.get(address).content.decode())[1]
    ends_on = (timezone.localdate() + timedelta(days=10)).isoformat()
    return address, {"label": "Cabinet Martin", "ends_on": ends_on, "form": form} | changes


def shared_address(response) -> str:
    return re.search(r"/partage/\w+/", response.content.decode())[0]


# The mail


def test_publication_writes_to_the_holder_once_and_names_nobody_in_the_subject(mailoutbox):
    certificate = published()
    drawing.draw_certificate(certificate.pk, at=AT)

    token = link_of(certificate)

    (letter,) = mailoutbox
    assert letter.to == [EMAIL]
    assert page_of(token) in letter.body
    assert certificate.candidate.birth_name not in letter.subject
    assert HolderLink.objects.get().token_hash == hash_token(token)
    assert token not in str(list(Mail.objects.values()))


def test_each_paper_has_its_own_message(mailoutbox):
    certificates = [published(email=f"titulaire{number}@example.org") for number in range(5)]

    for certificate in certificates:
        link_of(certificate)

    assert len({letter.extra_headers["Message-ID"] for letter in mailoutbox}) == 5


def test_a_message_sent_twice_carries_one_link():
    mail = Mail.objects.get(facts__certificate=published().pk)
    sent(mail)

    from correspondence.composing import composer_of

    composer_of(mail.kind)(mail, AT)

    assert HolderLink.objects.count() == 1


def test_nothing_is_written_to_who_has_no_address_and_the_secretariat_sees_them_first():
    reached = published()
    link_of(reached)
    waiting = published(email="autre@example.org")
    silent = published(email="")

    assert not Mail.objects.filter(about=silent.candidate.reference).exists()
    assert list(out_of_reach()) == [silent, waiting]


def test_a_message_about_a_paper_revoked_meanwhile_is_dropped(mailoutbox):
    certificate = published()
    asked = services.request_revocation(certificate, reason="Erreur", by=make_admin(), at=AT)
    services.approve_revocation(asked, by=make_admin(), at=AT)

    link_of(certificate)

    assert mailoutbox == []
    assert not HolderLink.objects.exists()


def test_a_new_link_withdraws_the_former_and_those_still_on_their_way(client, mailoutbox):
    certificate = published()
    former, admin = link_of(certificate), make_admin()
    assert client.get(page_of(former)).status_code == 200

    services.send_holder_link(certificate.candidate, by=admin, at=AT)
    newer = sent(Mail.objects.get(kind="certificates.link"))

    assert client.get(page_of(former)).status_code == 404
    assert client.get(page_of(newer)).status_code == 200
    assert page_of(newer) in mailoutbox[-1].body
    assert Entry.objects.get(action="holder.link_sent").actor == admin.reference


def test_the_first_message_that_leaves_after_a_new_link_was_asked_for_is_dropped(mailoutbox):
    certificate = published()
    services.send_holder_link(certificate.candidate, by=make_admin(), at=AT)

    link_of(certificate)

    assert mailoutbox == []


def test_no_link_to_who_has_no_address_or_no_paper():
    with pytest.raises(refusals.HolderWithoutAddress):
        services.send_holder_link(published(email="").candidate, by=make_admin(), at=AT)
    with pytest.raises(refusals.NotPublished):
        services.send_holder_link(make_candidate(email=EMAIL), by=make_admin(), at=AT)


def test_a_withdrawn_link_stays_so():
    certificate = published()
    link_of(certificate)
    services.send_holder_link(certificate.candidate, by=make_admin(), at=AT)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE certificates_holderlink SET revoked_at = NULL")


# The page


def test_their_page_shows_what_is_published_and_nothing_else(client):
    enrolment = make_holder(candidate=make_candidate(email=EMAIL))
    admin = make_admin()
    block = Block.objects.get(version=enrolment.version, code="BC2")
    certificate = services.issue_certificate(enrolment, by=admin, at=ISSUED_AT)
    reserved = services.issue_block_statement(enrolment, block, by=admin, at=ISSUED_AT)
    stranger = published(email="autre@example.org")
    drawing.draw_certificate(certificate.pk, at=ISSUED_AT)
    token = link_of(certificate)

    page = client.get(page_of(token)).content.decode()

    assert certificate.number in page
    assert reserved.number not in page
    assert stranger.number not in page
    for other in (reserved, stranger):
        assert client.get(reverse("certificates:holder_paper", args=[token, other.number])).status_code == 404
        assert client.get(reverse("certificates:share", args=[token, other.number])).status_code == 404


def test_they_download_the_very_bytes(client):
    certificate = published()

    response = client.get(reverse("certificates:holder_paper", args=[link_of(certificate), certificate.number]))

    assert response.content == bytes(CertificateFile.objects.get().content)
    assert "no-store" in response["Cache-Control"]


def test_unknown_and_withdrawn_are_told_alike_without_session_or_cookie(client):
    certificate = published()
    former = link_of(certificate)
    services.send_holder_link(certificate.candidate, by=make_admin(), at=AT)

    withdrawn, unknown = client.get(page_of(former)), client.get(page_of("inconnu"))

    assert withdrawn.status_code == unknown.status_code == 404
    assert withdrawn.content == unknown.content
    for response in (withdrawn, unknown):
        assert not response.cookies
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]


def test_wrong_links_are_slowed_down_and_good_ones_are_not(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"holder_link": "3/h/ip"}
    token = link_of(published())

    wrong = [client.get(page_of(f"faux{number}")).status_code for number in range(4)]

    assert wrong == [404, 404, 404, 429]
    assert client.get(page_of(token)).status_code == 200


def test_a_revoked_or_replaced_paper_is_told_and_no_longer_given(client):
    certificate = published()
    token = link_of(certificate)
    asked = services.request_revocation(certificate, reason="Un motif à taire", by=make_admin(), at=AT)
    services.approve_revocation(asked, by=make_admin(), at=AT)

    page = client.get(page_of(token)).content.decode()

    assert "Retiré le 4 août 2021" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Un motif à taire" not in page
    assert "Télécharger" not in page
    assert client.get(reverse("certificates:holder_paper", args=[token, certificate.number])).status_code == 404


def test_as_many_queries_for_one_paper_as_for_six(client, django_assert_num_queries):
    enrolment = make_holder(candidate=make_candidate(email=EMAIL))
    admin = make_admin()
    certificate = services.issue_certificate(enrolment, by=admin, at=ISSUED_AT)
    drawing.draw_certificate(certificate.pk, at=ISSUED_AT)
    token = link_of(certificate)
    with django_assert_num_queries(4):
        client.get(page_of(token))
    for code in ("BC1", "BC2", "BC3", "BC4", "BC5"):
        block = Block.objects.get(version=enrolment.version, code=code)
        statement = services.issue_block_statement(enrolment, block, by=admin, at=ISSUED_AT)
        drawing.draw_certificate(statement.pk, at=ISSUED_AT)

    with django_assert_num_queries(4):
        page = client.get(page_of(token)).content.decode()

    assert page.count("Télécharger") >= 6


# Shares


def test_a_share_shows_the_paper_to_who_has_its_address_and_its_secret_is_told_once(client):
    certificate = published()
    token = link_of(certificate)

    made = client.post(*sharing(client, token, certificate))
    address = shared_address(made)
    shown = client.get(address)

    assert "authentique et valide" in shown.content.decode()
    assert certificate.candidate.birth_name in shown.content.decode()
    assert "Cabinet Martin" not in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert not shown.cookies
    assert not made.cookies
    listed = client.get(page_of(token)).content.decode()
    assert "Cabinet Martin" in listed
    assert address not in listed
    assert Entry.objects.get(action="certificate.shared").actor == certificate.candidate.reference


def test_the_form_sent_twice_makes_one_share(client):
    certificate = published()
    sent_form = sharing(client, link_of(certificate), certificate)

    first, second = client.post(*sent_form), client.post(*sent_form)

    assert shared_address(first) == shared_address(second)
    assert Share.objects.count() == 1


def test_a_form_sent_again_once_its_share_is_taken_back_gives_no_address_that_opens_nothing(client):
    certificate = published()
    token = link_of(certificate)
    address, form = sharing(client, token, certificate)
    client.post(address, form)
    client.post(reverse("certificates:take_back", args=[token, Share.objects.get().pk]))

    again = client.post(address, form)

    assert again.status_code == 422
    assert "/partage/" not in again.content.decode()
    assert refusals.ShareOver.message in again.content.decode()


def test_a_share_taken_back_or_over_answers_as_one_that_never_was(client):
    certificate = published()
    token = link_of(certificate)
    address = shared_address(client.post(*sharing(client, token, certificate)))
    over = shared_address(client.post(*sharing(client, token, certificate, label="")))
    assert client.get(over).status_code == 200
    given, ended = Share.objects.order_by("pk")
    Share.objects.filter(pk=ended.pk).update(ends_at=ended.made_at + timedelta(microseconds=1))

    client.post(reverse("certificates:take_back", args=[token, given.pk]))

    answers = [client.get(path) for path in (address, over, "/partage/inconnu/")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert Entry.objects.filter(action="certificate.share_taken_back").count() == 1


def test_a_share_says_that_its_paper_was_revoked(client):
    certificate = published()
    address = shared_address(client.post(*sharing(client, link_of(certificate), certificate)))
    asked = services.request_revocation(certificate, reason="Erreur", by=make_admin(), at=AT)
    services.approve_revocation(asked, by=make_admin(), at=AT)

    page = client.get(address).content.decode()

    assert "a été retiré" in page
    assert "authentique et valide" not in page


def test_nobody_takes_back_the_share_of_another(client):
    certificate, other = published(), published(email="autre@example.org")
    client.post(*sharing(client, link_of(certificate), certificate))

    response = client.post(reverse("certificates:take_back", args=[link_of(other), Share.objects.get().pk]))

    assert response.status_code == 404
    assert Share.objects.get().revoked_at is None


@pytest.mark.parametrize("days", [-1, 400])
def test_a_share_lasts_from_today_to_a_year(client, days):
    certificate = published()
    ends_on = (timezone.localdate() + timedelta(days=days)).isoformat()

    response = client.post(*sharing(client, link_of(certificate), certificate, ends_on=ends_on))

    assert response.status_code == 422
    assert not Share.objects.exists()


def test_a_share_taken_back_stays_so(client):
    certificate = published()
    token = link_of(certificate)
    client.post(*sharing(client, token, certificate))
    client.post(reverse("certificates:take_back", args=[token, Share.objects.get().pk]))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE certificates_share SET revoked_at = NULL")


# The secretariat's pages


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


def at(name: str, certificate: Certificate) -> str:
    return reverse(f"certificates:{name}", args=[certificate.number])


def test_two_admins_revoke_from_the_pages(client, admin):
    certificate = published()
    client.post(at("revocation", certificate), {"reason": "Une fraude avérée."})
    own = client.get(at("revocation", certificate)).content.decode()
    refused = client.post(at("approve_revocation", certificate), follow=True).content.decode()
    client.force_login(make_admin())
    home = client.get(reverse("home")).content.decode()

    approved = client.post(at("approve_revocation", certificate), follow=True).content.decode()

    assert "Approuver le retrait" not in own
    assert "une autre personne que celle qui le demande" in refused
    assert "retraits de documents demandés" in home
    assert "est retiré" in approved
    assert Certificate.objects.get().state == "revoked"


def test_a_paper_whose_revocation_is_asked_is_not_offered_what_would_be_refused(client, admin):
    certificate = published()
    before = client.get(at("certificate", certificate)).content.decode()
    client.post(at("revocation", certificate), {"reason": "Une fraude avérée."})

    after = client.get(at("certificate", certificate)).content.decode()

    assert at("reissue", certificate) in before
    assert at("reissue", certificate) not in after
    assert at("duplicate", certificate) in after


def test_another_admin_declines_from_the_page_and_the_paper_stays_valid(client, admin):
    certificate = published()
    client.post(at("revocation", certificate), {"reason": "Une fraude avérée."})
    client.force_login(make_admin())

    declined = client.post(at("decline_revocation", certificate), follow=True)
    late = client.post(at("approve_revocation", certificate), follow=True)

    assert "reste valide" in declined.content.decode()
    assert refusals.RevocationDecided.message in html.unescape(late.content.decode())
    assert Certificate.objects.get().state == "published"


@pytest.mark.parametrize("gesture", ["approve_revocation", "decline_revocation"])
def test_there_is_nothing_to_decide_before_a_request_nor_for_others(client, admin, gesture):
    certificate = published()
    nothing_asked = client.post(at(gesture, certificate))
    services.request_revocation(certificate, reason="Erreur", by=admin, at=AT)
    client.force_login(make_training_member())

    assert nothing_asked.status_code == 404
    assert client.post(at(gesture, certificate)).status_code in {403, 404}
    assert certificate.revocations.get().state == "requested"


def test_a_request_without_a_reason_is_asked_again(client, admin):
    assert client.post(at("revocation", published()), {"reason": "  "}).status_code == 422


def test_a_reissue_shows_what_changes_and_refuses_when_nothing_does(client, admin):
    certificate = published()
    same = client.post(at("reissue", certificate))
    certificate.candidate.birth_name = "Corrigée"
    certificate.candidate.save()
    page = client.get(at("reissue", certificate)).content.decode()

    done = client.post(at("reissue", certificate))

    assert same.status_code == 409
    assert "Corrigée" in page
    assert (done.status_code, done["Location"]) == (302, at("certificate", Certificate.objects.latest("pk")))
    assert Certificate.objects.latest("pk").replaces == certificate


def test_the_list_of_whom_to_reach_asks_the_same_queries_for_3_and_12(client, admin, django_assert_max_num_queries):
    for number in range(3):
        published(email="" if number % 2 else f"t{number}@example.org")
    client.get(reverse("certificates:unreached"))
    with django_assert_max_num_queries(40) as for_three:
        client.get(reverse("certificates:unreached"))
    for number in range(9):
        published(email="" if number % 2 else f"u{number}@example.org")

    with django_assert_max_num_queries(40) as for_twelve:
        page = client.get(reverse("certificates:unreached"))

    assert page.context["page"].paginator.count == 12
    assert len(for_three) == len(for_twelve)
