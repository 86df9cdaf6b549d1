"""Inviting a referent, the link they are sent, what ends it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.models import User
from candidates.models import Enrolment, ReferentCode, ReferentLink
from candidates.services import (
    CompaniesDiffer,
    CompanyMissing,
    NoAccessToRevoke,
    NoReferent,
    NothingLeftToEvaluate,
    ReferentGone,
    ReferentNotInvitable,
    change_follow_up,
    invite_referent,
    record_acquired_block,
    revoke_access,
    send_link_again,
    withdraw,
)
from candidates.ways_in import is_barred, way_in_for
from correspondence.composing import composer_of
from correspondence.models import Mail
from correspondence.sending import send
from journal.models import Entry
from organisations.enums import Role
from organisations.models import Membership
from organisations.services import close_account, end_membership
from organisations.tokens import hash_token
from tests.builders.candidates import make_acquired_block, make_enrolment
from tests.builders.organisations import make_admin, make_company, make_membership, make_referent, make_training_member
from tests.builders.referents import link_in, make_link, make_linked_referent, make_referred

pytestmark = pytest.mark.django_db
NOW = datetime(2021, 3, 1, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=20)
TODAY = date(2021, 3, 1)
PERSON = {"email": " Sophie.Lambertin@Example.org", "first_name": "Sophie", "last_name": "Lambertin"}


@pytest.fixture
def admin():
    return make_admin()


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def enrolment(company):
    """With a company, and nobody there yet."""
    return make_enrolment(company=company, referred=False)


@pytest.fixture
def invite(admin, enrolment, django_capture_on_commit_callbacks):
    """Invites, and lets the mail leave."""

    def call(*enrolments: Enrolment, at=NOW, **fields):
        rows = Enrolment.objects.filter(pk__in=[row.pk for row in enrolments or [enrolment]])
        with django_capture_on_commit_callbacks(execute=True):
            return invite_referent(rows, **PERSON | fields, by=admin, at=at)

    return call


def entries(action):
    return list(Entry.objects.filter(action=action).order_by("seq"))


def sophie() -> User:
    return User.objects.get(email="sophie.lambertin@example.org")


def is_open(link: ReferentLink, at: datetime = LATER) -> bool:
    return ReferentLink.objects.in_force(at).filter(pk=link.pk).exists()


# Inviting


def test_one_gesture_opens_the_account_the_role_and_the_follow_up(invite, enrolment, company):
    assert invite() == [enrolment]

    enrolment.refresh_from_db()
    membership = sophie().memberships.get()
    assert enrolment.referent == sophie()
    assert (membership.role, membership.company, membership.starts_on) == (Role.COMPANY_REFERENT, company, TODAY)
    assert not sophie().has_usable_password()
    assert sophie().full_name == "Sophie Lambertin"


def test_the_mail_carries_a_link_of_which_only_the_hash_is_kept(invite, enrolment):
    invite()

    (message,) = mail.outbox
    token = link_in(message).split("/")[2]
    link = ReferentLink.objects.get()
    assert message.to == ["sophie.lambertin@example.org"]
    assert str(enrolment.training_organisation) in message.body
    assert (link.user, link.token_hash, link.created_at) == (sophie(), hash_token(token), NOW)
    assert token not in str(Mail.objects.values())


def test_the_mail_names_no_candidate(invite, enrolment):
    """A mistyped address is somebody else's."""
    invite()

    said = mail.outbox[0].subject + mail.outbox[0].body
    assert enrolment.candidate.birth_name not in said
    assert enrolment.reference not in said


def test_a_mail_sent_twice_carries_one_link(invite):
    """A worker died with it in hand, and another writes it again."""
    invite()
    row = Mail.objects.get()

    again = composer_of(row.kind)(row, LATER)

    assert again.body.split("/acces/")[1][:43] == link_in(mail.outbox[0]).split("/")[2]
    assert ReferentLink.objects.count() == 1


def test_the_journal_says_who_was_invited_for_whom(invite, enrolment, admin, company):
    invite()

    (entry,) = entries("referent.invited")
    link, membership = ReferentLink.objects.get(), sophie().memberships.get()
    assert (entry.subject, entry.actor) == (sophie().reference, admin.reference)
    assert entry.after == {
        "company": company.reference,
        "membership": membership.reference,
        "is_new_membership": True,
        "link": link.reference,
        "enrolments": [enrolment.reference],
    }
    (changed,) = entries("enrolment.follow_up_changed")
    assert changed.subject == enrolment.subject
    assert (changed.before, changed.after) == ({"referent": None}, {"referent": sophie().reference})


def test_the_second_time_nothing_changes_but_another_link(invite):
    invite()

    assert invite(at=LATER) == []

    assert ReferentLink.objects.filter(user=sophie()).count() == 2
    assert Membership.objects.filter(user=sophie()).count() == 1
    assert len(entries("enrolment.follow_up_changed")) == 1
    assert len(entries("referent.invited")) == 2


def test_somebody_known_keeps_their_name_and_their_password(invite, enrolment):
    known = make_training_member(email="sophie.lambertin@example.org", first_name="Anne", last_name="Durand")

    invite()

    known.refresh_from_db()
    enrolment.refresh_from_db()
    assert enrolment.referent == known
    assert (known.full_name, known.has_usable_password()) == ("Anne Durand", True)
    assert known.memberships.filter(role=Role.COMPANY_REFERENT).count() == 1


def test_a_role_already_held_is_not_given_twice(invite, company):
    known = make_referent(company, email="sophie.lambertin@example.org")

    invite()

    assert known.memberships.count() == 1
    assert entries("referent.invited")[0].after["is_new_membership"] is False


def test_one_mail_for_several_candidates(invite, company):
    three = [make_enrolment(company=company, referred=False) for _ in range(3)]

    assert invite(*three) == three

    assert set(Enrolment.objects.filter(referent=sophie())) == set(three)
    assert "3\xa0candidats" in mail.outbox[0].body
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ("another company", CompaniesDiffer),
        ("no company", CompanyMissing),
        ("withdrawn", NothingLeftToEvaluate),
        ("all acquired", NothingLeftToEvaluate),
        ("nobody", NothingLeftToEvaluate),
        ("closed account", ReferentNotInvitable),
    ],
)
def test_refusals(invite, enrolment, given, refusal):
    chosen = [enrolment]
    if given == "another company":
        chosen.append(make_enrolment(company=make_company(), referred=False))
    elif given == "no company":
        chosen = [make_enrolment(referred=False)]
    elif given == "withdrawn":
        Enrolment.objects.filter(pk=enrolment.pk).update(withdrawn_on=TODAY)
    elif given == "all acquired":
        for row in enrolment.enrolled_blocks.select_related("block"):
            make_acquired_block(enrolment.candidate, row.block)
    elif given == "nobody":
        chosen = [Enrolment(pk=0)]
    else:
        make_linked_referent(email="sophie.lambertin@example.org", is_active=False)

    with pytest.raises(refusal) as raised:
        invite(*chosen)

    assert raised.value.message
    assert not mail.outbox
    assert not ReferentLink.objects.exists()


# Again, and no more


def test_another_link_leaves_the_earlier_one_good(invite, enrolment, admin):
    invite()

    link = send_link_again(Enrolment.objects.get(), by=admin, at=LATER)

    assert [is_open(row) for row in ReferentLink.objects.all()] == [True, True]
    (entry,) = entries("referent_access.sent_again")
    assert (entry.subject, entry.after["link"]) == (sophie().reference, link.reference)


def test_again_needs_a_referent(enrolment, admin):
    with pytest.raises(NoReferent):
        send_link_again(enrolment, by=admin, at=NOW)
    with pytest.raises(NoReferent):
        revoke_access(enrolment, by=admin, at=NOW)


def test_again_refuses_a_referent_who_has_left(admin):
    enrolment = make_referred()
    enrolment.referent.memberships.update(ends_on=TODAY)

    with pytest.raises(ReferentGone):
        send_link_again(enrolment, by=admin, at=NOW)


def test_revoking_closes_all_their_links(invite, enrolment, admin):
    invite()
    invite(at=NOW + timedelta(hours=1))

    revoke_access(Enrolment.objects.get(), by=admin, at=LATER)

    assert not ReferentLink.objects.in_force(LATER).exists()
    assert set(ReferentLink.objects.values_list("revoked_at", "revoked_by")) == {(LATER, admin.pk)}
    (entry,) = entries("referent_access.revoked")
    assert entry.after == {
        "links": [row.reference for row in ReferentLink.objects.order_by("pk")],
        "enrolment": enrolment.reference,
    }
    with pytest.raises(NoAccessToRevoke):
        revoke_access(Enrolment.objects.get(), by=admin, at=LATER)


def test_a_new_link_after_a_revocation_opens_again(invite, admin):
    invite()
    revoke_access(Enrolment.objects.get(), by=admin, at=NOW)
    assert is_barred(sophie())

    link = send_link_again(Enrolment.objects.get(), by=admin, at=LATER)

    assert is_open(link)
    assert not is_barred(sophie())


def test_a_mail_that_leaves_after_the_revocation_says_nothing(enrolment, admin):
    invite_referent(Enrolment.objects.filter(pk=enrolment.pk), **PERSON, by=admin, at=NOW)
    revoke_access(Enrolment.objects.get(), by=admin, at=NOW)

    send(Mail.objects.get().pk, at=NOW)

    assert not mail.outbox
    assert Mail.objects.get().state == "dropped"


# What ends a link, without anybody ending it


def a_new_referent(enrolment, admin):
    change_follow_up(
        enrolment,
        cohort=None,
        company=enrolment.company,
        referent=make_referent(enrolment.company),
        by=admin,
        at=NOW,
    )


def another_company(enrolment, admin):
    change_follow_up(enrolment, cohort=None, company=make_company(), referent=None, by=admin, at=NOW)


def a_withdrawal(enrolment, admin):
    withdraw(enrolment, on=TODAY, by=admin, at=NOW)


def the_last_block(enrolment, admin):
    for row in enrolment.enrolled_blocks.select_related("block__catalogue_block"):
        record_acquired_block(
            enrolment.candidate,
            row.block.catalogue_block,
            acquired_on=TODAY,
            evidence="Attestation",
            by=admin,
            at=NOW,
        )


def the_end_of_the_role(enrolment, admin):
    end_membership(enrolment.referent.memberships.get(), by=admin, at=NOW)


def the_end_of_the_account(enrolment, admin):
    close_account(enrolment.referent, by=admin, at=NOW)


def a_revocation(enrolment, admin):
    revoke_access(enrolment, by=admin, at=NOW)


ENDINGS = [
    a_new_referent,
    another_company,
    a_withdrawal,
    the_last_block,
    the_end_of_the_role,
    the_end_of_the_account,
    a_revocation,
]


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__)
def test_it_ends_with(ending, admin):
    enrolment = make_referred()
    link = make_link(enrolment.referent, at=NOW)
    bystander = make_referred()
    other = make_link(bystander.referent, at=NOW)
    assert is_open(link, NOW)

    ending(enrolment, admin)

    assert not is_open(link, NOW)
    assert is_open(other, NOW)


@pytest.mark.parametrize("ending", [a_new_referent, a_withdrawal, the_last_block], ids=lambda ending: ending.__name__)
def test_another_candidate_keeps_it_open(ending, admin):
    enrolment = make_referred()
    make_referred(enrolment.referent)
    link = make_link(enrolment.referent, at=NOW)

    ending(enrolment, admin)

    assert is_open(link, NOW)


def test_a_role_in_another_company_is_none_in_this_one(company):
    referent = make_linked_referent(company)
    enrolment = make_referred(referent)
    link = make_link(referent, at=NOW)
    Enrolment.objects.filter(pk=enrolment.pk).update(company=make_company())

    assert not is_open(link, NOW)


# The way in that other mails carry


def a_mail(user: User, key: str = "digest:1") -> Mail:
    return Mail.objects.create(
        key=key, kind="candidates.referent_link", to=user.email, queued_at=NOW, send_after=NOW, facts={}
    )


def test_a_mail_carries_a_link_of_its_own_to_who_has_no_password():
    referent = make_referred().referent
    digest = a_mail(referent)

    address = way_in_for(referent, mail=digest, at=NOW)

    link = ReferentLink.objects.get()
    assert address == way_in_for(referent, mail=digest, at=LATER)
    assert address.startswith("http://testserver/acces/")
    assert ReferentLink.objects.opened_with(address.split("/")[-2], at=LATER).get() == link
    assert (link.user, link.created_by) == (referent, None)


def test_each_mail_carries_its_own_link():
    referent = make_referred().referent

    addresses = {way_in_for(referent, mail=a_mail(referent, f"digest:{day}"), at=NOW) for day in range(3)}

    assert len(addresses) == ReferentLink.objects.count() == 3


def test_who_has_a_password_is_led_to_the_front_door():
    referent = make_referent()

    assert way_in_for(referent, mail=a_mail(referent), at=NOW) == "http://testserver/"
    assert not ReferentLink.objects.exists()


def test_no_mail_opens_again_what_was_revoked(admin):
    enrolment = make_referred()
    make_link(enrolment.referent, at=NOW)
    revoke_access(enrolment, by=admin, at=NOW)

    assert way_in_for(enrolment.referent, mail=a_mail(enrolment.referent), at=LATER) == "http://testserver/"
    assert ReferentLink.objects.count() == 1


# What the database refuses


def code_of(link: ReferentLink, **fields) -> ReferentCode:
    return ReferentCode.objects.create(**{"link": link, "asked_at": NOW, "expires_at": LATER} | fields)


@pytest.mark.parametrize(
    "wrong",
    [
        {"expires_at": NOW},
        {"tries": 6},
        {"used_at": NOW},
        {"used_at": NOW, "tries": 1},
        {"used_at": NOW, "tries": 1, "code_hash": "x", "superseded_at": NOW},
    ],
    ids=str,
)
def test_a_code_that_cannot_be(wrong):
    link = make_link(make_linked_referent())

    with pytest.raises(IntegrityError), transaction.atomic():
        code_of(link, **wrong)


def test_one_code_of_a_link_stands():
    link = make_link(make_linked_referent())
    code_of(link)
    code_of(link, superseded_at=LATER)

    with pytest.raises(IntegrityError), transaction.atomic():
        code_of(link)


@pytest.mark.parametrize(
    "change",
    [{"tries": 1}, {"used_at": None}, {"expires_at": LATER + timedelta(days=1)}],
    ids=str,
)
def test_what_a_code_went_through_is_not_undone(change):
    code = code_of(make_link(make_linked_referent()), tries=2, used_at=NOW, code_hash="x")

    with pytest.raises(IntegrityError), transaction.atomic():
        ReferentCode.objects.filter(pk=code.pk).update(**change)


def test_a_revocation_is_not_undone(admin):
    link = make_link(make_linked_referent(), revoked_at=LATER, revoked_by=admin, at=NOW)

    for change in [{"revoked_at": None, "revoked_by": None}, {"user": make_linked_referent()}]:
        with pytest.raises(IntegrityError), transaction.atomic():
            ReferentLink.objects.filter(pk=link.pk).update(**change)


@pytest.mark.parametrize("wrong", [{"revoked_at": NOW}, {"revoked_at": "before"}], ids=str)
def test_a_revocation_says_who_and_comes_after(wrong, admin):
    if wrong["revoked_at"] == "before":
        wrong = {"revoked_at": NOW - timedelta(days=1), "revoked_by": admin}

    with pytest.raises(IntegrityError), transaction.atomic():
        make_link(make_linked_referent(), at=NOW, **wrong)


def test_the_roles_of_one_person_are_told_apart(company):
    """Two companies, and only one of them has somebody to follow."""
    referent = make_linked_referent(company)
    make_membership(referent, Role.COMPANY_REFERENT, make_company())
    make_referred(referent, company=company)
    link = make_link(referent, at=NOW)

    assert is_open(link, NOW)
