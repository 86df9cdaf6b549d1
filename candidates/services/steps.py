"""Steps that several services share, inside their transaction."""

from ..identity import Identity
from ..models import Candidate


def candidate_of(identity: Identity, email: str) -> Candidate:
    """The person's row, locked so that two decisions about one person wait for each other.

    Of somebody already known, only a missing address is filled in: the rest is another organisation's word as much as
    this one's, and the secretariat alone corrects it.
    """
    details = {name: getattr(identity, name) for name in Identity.field_names()}
    candidate, is_new = Candidate.objects.select_for_update(of=("self",)).get_or_create(
        **identity.key, defaults={**details, "email": email}
    )
    if not is_new and email and not candidate.email:
        candidate.email = email
        candidate.save(update_fields=["email"])
    return candidate
