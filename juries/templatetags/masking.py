"""How a template of the jury names a dossier: never by its candidate."""

from django import template

from ..masking import heading_of, whereabouts_of
from ..models import Dossier, Seat

register = template.Library()


@register.filter
def heading_for(dossier: Dossier, seat: Seat | None) -> str:
    """{{ dossier|heading_for:seat }}: a page without a `seat` in its context breaks, rather than tell a name."""
    return heading_of(dossier, seat)


@register.filter
def whereabouts_for(dossier: Dossier, seat: Seat | None) -> str:
    return whereabouts_of(dossier, seat)
