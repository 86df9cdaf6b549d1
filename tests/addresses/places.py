"""What an address names: each function gives, of a branch, the arguments of the addresses of one thing in it."""

from collections.abc import Callable
from typing import Any

from tests.builders.branch import HOLDER_TOKEN, Branch

Place = Callable[[Branch], dict[str, Any]]


def nowhere(branch: Branch) -> dict[str, Any]:
    return {}


def exactly(**arguments: Any) -> Place:
    """The same of every branch: a token, a number."""
    return lambda branch: arguments


def pk(of: str) -> Place:
    return lambda branch: {"pk": getattr(branch, of).pk}


def reference(of: str) -> Place:
    return lambda branch: {"reference": getattr(branch, of).reference}


def number(of: str) -> Place:
    return lambda branch: {"number": getattr(branch, of).number}


def both(*places: Place, **more: Any) -> Place:
    """What is named there and there, and `more`; the last one counts."""
    return lambda branch: {name: value for place in places for name, value in place(branch).items()} | more


# Organisations


def organisation(of: str) -> Place:
    return lambda branch: {"kind": getattr(branch, of).kind, "pk": getattr(branch, of).pk}


def membership(role: str) -> Place:
    return lambda branch: {"pk": branch.membership(role).pk}


def person(role: str) -> Place:
    return lambda branch: {"pk": branch.people[role].pk}


# Candidates and their evaluations

ours = reference("enrolment")
theirs = reference("stranger")


def entry(channel: str, of: str = "enrolment", block: str = "BC2") -> Place:
    return both(reference(of), block=block, channel=channel)


def pile(channel: str) -> Place:
    """The whole pile of one block, in a bulk grid."""
    return exactly(channel=channel, block="BC2")


# Juries

sitting = reference("sitting")
prepared = reference("prepared")
convened = reference("convened")
sealed = reference("sealed")


def hearing(session: str, of: str) -> Place:
    """The dossier of one enrolment, before one jury: whether that jury hears it or not."""
    return lambda branch: {
        "reference": getattr(branch, session).reference,
        "enrolment": getattr(branch, of).reference,
    }


dossier = hearing("sitting", "enrolment")
vote = both(dossier, block="BC1")


# Certificates

certificate = number("certificate")
held = both(certificate, token=HOLDER_TOKEN)
