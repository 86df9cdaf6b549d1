"""Inviting a referent from a dossier, from its company, after enrolling; sending the link again; revoking."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from candidates.models import Enrolment, ReferentLink
from candidates.referent_access import access_to
from correspondence.models import Mail
from tests.builders.candidates import make_enrolment
from tests.builders.organisations import (
    make_admin,
    make_company,
    make_referent,
    make_training_member,
    make_training_organisation,
)
from tests.builders.referents import make_link, make_linked_referent, make_referred

pytestmark = pytest.mark.django_db
PERSON = {"email": "sophie@cabinet.example", "first_name": "Sophie", "last_name": "Lambertin"}


@pytest.fixture
def trainer(organisation, client):
    trainer = make_training_member(organisation)
    client.force_login(trainer)
    return trainer


@pytest.fixture
def company():
    return make_company(name="Cabinet Aubry")


@pytest.fixture
def enrol(organisation, company):
    def call(**fields):
        return make_enrolment(**{"organisation": organisation, "company": company, "referred": False} | fields)

    return call


@pytest.fixture
def post(client, django_capture_on_commit_callbacks):
    def call(name, *args, **data):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(reverse(f"candidates:{name}", args=args), data, follow=True)

    return call


def words(response) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.replace("\xa0", " ").replace("&#x27;", "’").split())


def offered(response) -> dict[str, bool]:
    """By candidate, whether ticked."""
    field = response.context["form"]["enrolments"]
    return {str(choice.data["label"]).split(" (")[0]: choice.data["selected"] for choice in field.subwidgets}


# Inviting


def test_from_the_dossier_in_one_gesture(client, trainer, enrol, post):
    enrolment, other = enrol(), enrol()
    page = client.get(reverse("candidates:invite_referent", args=[enrolment.reference]))
    assert offered(page) == {str(enrolment.candidate): True, str(other.candidate): False}

    response = post("invite_referent", enrolment.reference, **PERSON, enrolments=[enrolment.pk])

    enrolment.refresh_from_db()
    other.refresh_from_db()
    assert response.redirect_chain[-1][0] == reverse("candidates:dossier", args=[enrolment.reference])
    assert "Le lien part à sophie@cabinet.example." in words(response)
    assert (enrolment.referent.email, other.referent) == ("sophie@cabinet.example", None)
    assert [message.to for message in mail.outbox] == [["sophie@cabinet.example"]]


def test_from_the_company_for_those_ticked(client, trainer, enrol, post, company):
    without, followed = enrol(), enrol(referent=make_referent(company))
    page = client.get(reverse("candidates:invite_in_company", args=[company.pk]))
    assert offered(page) == {str(without.candidate): True, str(followed.candidate): False}

    post("invite_in_company", company.pk, **PERSON, enrolments=[without.pk, followed.pk])

    assert Enrolment.objects.filter(referent__email="sophie@cabinet.example").count() == 2


def test_the_company_page_leads_there(client, trainer, company):
    assert (
        reverse("candidates:invite_in_company", args=[company.pk])
        in client.get(company.get_absolute_url()).content.decode()
    )


def test_a_company_without_a_candidate_says_what_to_do_first(client, trainer, company):
    page = client.get(reverse("candidates:invite_in_company", args=[company.pk]))

    assert page.status_code == 200
    assert "Inscrire un candidat" in words(page)


def test_a_candidate_without_a_company_has_it_chosen_first(client, trainer, organisation):
    enrolment = make_enrolment(organisation=organisation, referred=False)

    response = client.get(reverse("candidates:invite_referent", args=[enrolment.reference]), follow=True)

    assert response.redirect_chain[-1][0] == reverse("candidates:follow_up", args=[enrolment.reference])
    assert "Précisez d’abord l’entreprise du candidat." in words(response)


def test_only_one_s_own_candidates_are_offered(client, trainer, enrol, company):
    enrolment = enrol()
    enrol(organisation=make_training_organisation())
    enrol(withdrawn_on=date(2021, 1, 4))
    enrol(company=make_company())

    page = client.get(reverse("candidates:invite_referent", args=[enrolment.reference]))

    assert list(offered(page)) == [str(enrolment.candidate)]


def test_another_s_candidate_is_not_invited_for(trainer, enrol, post):
    enrolment, stranger = enrol(), enrol(organisation=make_training_organisation())

    response = post("invite_referent", enrolment.reference, **PERSON, enrolments=[enrolment.pk, stranger.pk])

    assert response.status_code == 422
    assert not User.objects.filter(email=PERSON["email"]).exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "sophie"}, "Saisissez une adresse"),
        ({"first_name": "<b>"}, "Un nom s’écrit sans chiffre ni ces signes"),
        ({"last_name": ""}, "obligatoire"),
        ({"enrolments": []}, "Cochez au moins un candidat."),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_beside_it(trainer, enrol, post, wrong, sentence):
    enrolment = enrol()

    response = post("invite_referent", enrolment.reference, **PERSON | {"enrolments": [enrolment.pk]} | wrong)

    assert response.status_code == 422
    assert sentence in words(response)
    assert not mail.outbox


def test_whoever_invites_learns_nothing_of_the_address(trainer, enrol, post, organisation):
    """F24: unknown, a referent, a member elsewhere, an admin: the same answer, and one mail each."""
    known = {
        "unknown": "personne@example.org",
        "referent": make_referent(email="referent@example.org").email,
        "by link": make_linked_referent(email="lien@example.org").email,
        "trainer": make_training_member(email="of@example.org").email,
        "admin": make_admin(email="admin@example.org").email,
    }
    answers = {}
    for kind, email in known.items():
        enrolment = enrol()
        response = post("invite_referent", enrolment.reference, **PERSON | {"email": email}, enrolments=[enrolment.pk])
        (message,) = list(response.context["messages"])
        answers[kind] = (
            [status for _, status in response.redirect_chain],
            response.status_code,
            str(message).replace(email, "…"),
            access_to(Enrolment.objects.get(pk=enrolment.pk), at=timezone.now()).words,
        )

    assert len(mail.outbox) == 5
    assert len({str(answer) for answer in answers.values()}) == 1, answers


def test_a_closed_account_is_refused_without_saying_so(trainer, enrol, post):
    make_linked_referent(email=PERSON["email"], is_active=False)
    enrolment = enrol()

    response = post("invite_referent", enrolment.reference, **PERSON, enrolments=[enrolment.pk])

    assert response.status_code == 422
    assert "Cette adresse ne peut pas être invitée" in words(response)
    assert "ferm" not in words(response)


def test_the_query_count_is_that_of_one(client, trainer, enrol, django_assert_max_num_queries):
    enrolment = enrol()
    path = reverse("candidates:invite_referent", args=[enrolment.reference])
    client.get(path)
    with django_assert_max_num_queries(40) as one:
        client.get(path)
    for _ in range(5):
        enrol(referent=make_referent(enrolment.company))

    with django_assert_max_num_queries(len(one)):
        client.get(path)


# After enrolling, or once a company is chosen


def test_a_company_chosen_without_its_referent_leads_to_inviting(client, trainer, enrol, company):
    enrolment = make_enrolment(organisation=trainer.memberships.get().training_organisation, referred=False)

    response = client.post(
        reverse("candidates:follow_up", args=[enrolment.reference]), {"followed_by": str(company.pk), "cohort": ""}
    )

    assert response["Location"] == reverse("candidates:invite_referent", args=[enrolment.reference])


# What the dossier says of it, and the two gestures


def dossier(client, enrolment) -> str:
    return words(client.get(reverse("candidates:dossier", args=[enrolment.reference])))


def test_without_a_referent_the_dossier_says_what_is_missing(client, trainer, enrol):
    said = dossier(client, enrol())

    assert "à désigner Sans référent, personne n’évalue la voie 2." in said
    assert "Inviter le référent" in said


def states():
    now = timezone.now()
    return {
        "none": ({}, "aucun lien envoyé"),
        "waiting": ({"token_hash": None}, "lien en cours d’envoi"),
        "sent": ({"created_at": now}, "lien envoyé, pas encore ouvert"),
        "open": ({"last_used_at": now}, "accès ouvert"),
        "revoked": ({"revoked_at": now + timedelta(days=1), "revoked_by": "admin"}, "accès révoqué"),
        "failed": ({"failed": True}, "le message n’a pas pu partir : vérifiez l’adresse"),
        "ended": ({"ended": True}, "accès terminé"),
    }


@pytest.mark.parametrize("state", states())
def test_the_access_in_words(client, trainer, organisation, state):
    fields, sentence = states()[state]
    enrolment = make_referred(organisation=organisation)
    fields = {name: make_admin() if value == "admin" else value for name, value in fields.items()}
    if fields.pop("ended", False):
        enrolment.referent.memberships.update(ends_on=timezone.localdate())
    is_failed = fields.pop("failed", False)
    if state != "none":
        link = make_link(enrolment.referent)
        ReferentLink.objects.filter(pk=link.pk).update(**fields)
        if is_failed:
            now = timezone.now()
            Mail.objects.create(
                key=f"referent-link:{link.pk}",
                kind="candidates.referent_link",
                to=enrolment.referent.email,
                queued_at=now,
                send_after=now,
                state="failed",
            )

    said = dossier(client, enrolment)

    assert sentence in said
    assert enrolment.referent.email in said
    assert ("Révoquer l’accès" in said) is (state not in {"none", "revoked"})
    assert "mot de passe" not in said.split("Révoquer")[0].split("Référent en entreprise")[-1]


def test_sending_again(trainer, organisation, post):
    enrolment = make_referred(organisation=organisation)

    response = post("send_referent_link", enrolment.reference)

    assert "Un nouveau lien part à l’adresse du référent." in words(response)
    assert mail.outbox[0].to == [enrolment.referent.email]
    assert ReferentLink.objects.get().created_by == trainer


def test_revoking(trainer, organisation, post):
    enrolment = make_referred(organisation=organisation)
    make_link(enrolment.referent)

    response = post("revoke_referent_access", enrolment.reference)
    again = post("revoke_referent_access", enrolment.reference)

    assert "L’accès est révoqué" in words(response)
    assert "il n’y a rien à révoquer" in words(again)
    assert ReferentLink.objects.get().revoked_by == trainer


@pytest.mark.parametrize("name", ["send_referent_link", "revoke_referent_access"])
def test_a_dossier_without_a_referent_says_so(trainer, enrol, post, name):
    assert "Ce dossier n’a pas de référent" in words(post(name, enrol().reference))


@pytest.mark.parametrize("name", ["invite_referent", "send_referent_link", "revoke_referent_access"])
def test_a_referent_gives_nobody_access(client, name, post):
    enrolment = make_referred(make_referent())
    client.force_login(enrolment.referent)

    assert post(name, enrolment.reference).status_code == 403
    client.force_login(make_training_member())
    assert post(name, enrolment.reference).status_code == 404
