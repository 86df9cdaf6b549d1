"""What may tie a member of the jury to a candidate and only the member can say: asked, never concluded."""

from collections.abc import Collection
from dataclasses import dataclass

from rulebook.outcomes import SuspicionReason

NAMELESS = ""


@dataclass(frozen=True, slots=True)
class Traces:
    """What a person's papers show: their family names by search key, the domains of their mail addresses.

    Of a candidate, the domains are also those of whoever answers for them: their company's contacts, their referent,
    their training organisation.
    """

    names: frozenset[str]
    domains: frozenset[str]


def domain_of(address: str) -> str:
    """In lower case; nothing when it is no address."""
    return address.strip().lower().rpartition("@")[2] if "@" in address else ""


def is_shared(domain: str, shared: Collection[str]) -> bool:
    """Whether anybody may have an address there; a domain listed speaks for those under it."""
    labels = domain.split(".")
    return any(".".join(labels[rank:]) in shared for rank in range(len(labels)))


def suspect(member: Traces, candidate: Traces, *, shared: Collection[str]) -> tuple[SuspicionReason, ...]:
    """Why the member is asked about this candidate by name, in the order of the reasons."""
    domains = {domain for domain in member.domains & candidate.domains if not is_shared(domain, shared)}
    met = {
        SuspicionReason.FAMILY_NAME: bool((member.names & candidate.names) - {NAMELESS}),
        SuspicionReason.EMAIL_DOMAIN: bool(domains - {""}),
    }
    return tuple(reason for reason in SuspicionReason if met[reason])
