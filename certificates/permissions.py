from accounts.models import User
from candidates.models import Enrolment
from juries.permissions import awaits_result_unseen
from organisations.permissions import access_of


def may_issue(user: User) -> bool:
    return access_of(user).is_admin


def may_issue_to(user: User, enrolment: Enrolment) -> bool:
    """The dossier says all that the jury decided: who is withdrawn from it leaves it to a colleague until published."""
    return may_issue(user) and not awaits_result_unseen(user, enrolment)
