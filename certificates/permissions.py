from accounts.models import User
from organisations.permissions import access_of


def may_issue(user: User) -> bool:
    return access_of(user).is_admin
