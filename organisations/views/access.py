"""Loading and access in one step: 404 to a stranger, 403 to a colleague without the right."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from accounts.requests import SignedInRequest

from ..enums import OrganisationKind
from ..models import AwardingBody, Company, Organisation, TrainingOrganisation
from ..permissions import Access, access_of

MODELS: dict[OrganisationKind, type[Any]] = {
    model.kind: model for model in (AwardingBody, TrainingOrganisation, Company)
}


def visible_organisation(request: SignedInRequest, kind: OrganisationKind, pk: int) -> Organisation:
    organisation: Organisation = get_object_or_404(MODELS[kind].objects.visible_to(request.user), pk=pk)
    return organisation


def require(request: SignedInRequest, may: Callable[..., bool], *subject: Any) -> Access:
    access = access_of(request.user)
    if not may(access, *subject):
        raise PermissionDenied
    return access
