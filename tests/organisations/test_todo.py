from datetime import UTC, date, datetime, timedelta

import pytest

from correspondence.enums import MailState
from organisations.enums import Role
from organisations.todo import to_do
from tests.builders.mails import make_mail
from tests.builders.organisations import (
    make_accreditation,
    make_admin,
    make_company,
    make_invitation,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_training_organisation,
)

pytestmark = pytest.mark.django_db

TODAY = date(2021, 6, 30)
NOON = datetime(2021, 6, 30, 10, 0, tzinfo=UTC)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def counts(user) -> dict[str, int]:
    return {todo.label: todo.count for todo in to_do(user, on=TODAY)}


def test_an_admin_asks_again_those_who_did_not_answer():
    admin = make_admin()
    make_invitation(invited_at=NOON - timedelta(days=8), invited_by=admin)
    make_invitation(invited_at=NOON - timedelta(days=6), invited_by=admin)
    make_invitation(invited_at=NOON - timedelta(days=8), superseded_at=NOON, invited_by=admin)

    assert counts(admin)["Invitations restées sans réponse"] == 1


def test_an_admin_sees_the_accreditations_that_end():
    make_training_organisation(accredited_until=days(60))
    make_training_organisation(accredited_until=days(61))
    make_training_organisation(accredited_until=days(-1))
    soon = make_training_organisation(accredited_until=days(20))
    prolonged = make_training_organisation(accredited_until=days(5))
    make_accreditation(prolonged, starts_on=days(6))

    todo = next(todo for todo in to_do(make_admin(), on=TODAY) if "Habilitations" in todo.label)

    assert (todo.count, todo.due_on) == (2, days(20))
    assert soon.accreditations.get().ends_on == todo.due_on


def test_each_leads_to_the_list_that_counts_the_same(client, time_machine):
    time_machine.move_to(NOON, tick=False)
    admin = make_admin()
    make_training_organisation(accredited_until=days(20))
    make_training_organisation()
    make_invitation(invited_at=NOON - timedelta(days=9), invited_by=admin)
    make_invitation(invited_at=NOON, invited_by=admin)
    make_mail(MailState.FAILED)
    client.force_login(admin)

    for todo in to_do(admin, on=TODAY):
        assert client.get(todo.url).context["page"].paginator.count == todo.count == 1


def test_a_training_member_asks_again_those_their_organisation_invited():
    member = make_training_member()
    company = make_company()
    make_invitation(organisation=company, invited_at=NOON - timedelta(days=8), invited_by=member)
    make_invitation(organisation=company, invited_at=NOON - timedelta(days=8))
    make_training_organisation(accredited_until=days(20))

    assert counts(member) == {"Invitations restées sans réponse": 1}


@pytest.mark.parametrize("make", [make_referent, make_panel_assessor])
def test_others_have_nothing_to_do_here(make):
    make_invitation(invited_at=NOON - timedelta(days=8), role=Role.COMPANY_REFERENT)

    assert to_do(make(), on=TODAY) == []
