"""Who may. Which enrolments somebody may see is told by `visible_to`; these say what they may do there."""

from accounts.models import User
from organisations.permissions import Access

from .models import Candidate, Enrolment


def may_enrol(access: Access) -> bool:
    return access.is_admin or access.is_training_member


def may_follow(access: Access, enrolment: Enrolment) -> bool:
    """Change the options, the company, the cohort; record a withdrawal: the secretariat and the organisation."""
    return access.is_admin or enrolment.training_organisation_id in access.training_organisation_ids


def may_correct(access: Access) -> bool:
    """An identity, or a block acquired elsewhere, is recorded on documents, which only the secretariat sees."""
    return access.is_admin


def may_decide_admissibility(access: Access) -> bool:
    """The certifier answers those who ask for VAE; nobody else learns that they asked."""
    return access.is_admin


def sees_contact(user: User, candidate: Candidate) -> bool:
    """An address may be another organisation’s word: it is shown to who sees all the enrolments of the person."""
    return not candidate.enrolments.exclude(pk__in=Enrolment.objects.visible_to(user).values("pk")).exists()
