"""« Retards »: who is late on what, and a word to all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.requests import SignedInRequest
from blocks.enums import ChannelCode
from blocks.french import count, join
from candidates.models import Cohort
from correspondence.models import Mail
from organisations.permissions import Access, access_of

from ..forms import DelayFilter
from ..lateness import Delay, delays, last_digests, next_on, shortened
from ..permissions import chased_by
from ..services import Nudged, nudge
from .assignments import panel_address, referents_address

ROWS = 50
NAMED = 5
NOBODY_TICKED = "Cochez au moins une personne."
CHANGED = "Cette liste a changé depuis son affichage : vérifiez-la, puis recommencez."


@dataclass(frozen=True, slots=True)
class Row:
    delay: Delay
    mail: Mail | None
    next_on: date | None
    url: str  # where somebody is put in charge, when nobody is
    is_ticked: bool

    @property
    def nobody(self) -> str:
        return {
            ChannelCode.TRAINING: "Organisme sans membre",
            ChannelCode.COMPANY: "Sans référent",
            ChannelCode.PANEL: "Sans évaluateur",
        }[self.delay.channel]


@require_http_methods(["GET", "HEAD", "POST"])
def late(request: SignedInRequest) -> HttpResponse:
    """A line for each person, channel and cohort, the oldest due date first."""
    access, now = access_of(request.user), timezone.now()
    among = chased_by(access)
    if not among:
        raise Http404
    filters = DelayFilter(request.GET, cohorts=_cohorts(request.user), channels=list(among))
    found: list[Delay] = []
    if filters.is_valid():
        wanted = filters.cleaned_data["channel"]
        asked = {channel: condition for channel, condition in among.items() if wanted in ("", channel)}
        found = delays(asked, on=timezone.localdate(now), cohort=filters.cleaned_data["cohort"])
    people = _people(found)
    error = ""
    if request.method == "POST":
        chosen = _chosen(request, people)
        if chosen:
            nudged = nudge(chosen, by=request.user, at=now, on_behalf_of=_on_behalf_of(access))
            _tell(request, nudged)
            return redirect(request.get_full_path())
        error = CHANGED if {"people", "everybody"} & set(request.POST) else NOBODY_TICKED
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "rows": _rows(list(page.object_list), access, request.POST.getlist("people"), on=timezone.localdate(now)),
        "people": people,
        "unassigned": sum(delay.person is None for delay in found),
        "is_filtered": any(request.GET.get(name) for name in filters.fields),
        "is_admin": access.is_admin,
        "error": error,
    }
    return render(request, "evaluations/late.html", context, status=422 if error else 200)


def _cohorts(user: User) -> QuerySet[Cohort]:
    return Cohort.objects.visible_to(user).order_by("-ends_on", "name", "pk")


def _people(found: Sequence[Delay]) -> dict[int, User]:
    """Each once, in the order of the list."""
    return {delay.person.pk: delay.person for delay in found if delay.person}


def _chosen(request: SignedInRequest, people: dict[int, User]) -> list[User]:
    """Those ticked, or all those of the list as it was shown; nobody when one of them is not in it any more."""
    if "everybody" in request.POST:
        return list(people.values()) if request.POST.get("everybody") == str(len(people)) else []
    ticked = request.POST.getlist("people")
    by_key = {str(pk): person for pk, person in people.items()}
    return [by_key[key] for key in ticked] if ticked and all(key in by_key for key in ticked) else []


def _on_behalf_of(access: Access) -> str:
    if access.is_admin or len(access.training_organisation_ids) != 1:
        return ""
    (organisation,) = access.training_organisation_ids
    return f"training_organisation:{organisation}"


def _tell(request: SignedInRequest, nudged: Nudged) -> None:
    if nudged.told:
        people = count(len(nudged.told), "personne")
        messages.success(request, f"{people} {'va' if len(nudged.told) == 1 else 'vont'} recevoir un message.")
    if nudged.already:
        names = join(shortened([str(person) for person in nudged.already], shown=NAMED))
        messages.warning(request, f"Déjà prévenues aujourd’hui, sans second message : {names}.")


def _rows(shown: Sequence[Delay], access: Access, ticked: Sequence[str], *, on: date) -> list[Row]:
    last = last_digests(_people(shown).values())
    rows = []
    for delay in shown:
        mail = last.get(delay.person.reference) if delay.person else None
        rows.append(
            Row(
                delay,
                mail,
                next_on([delay], mail, on=on) if delay.person else None,
                _assign_url(delay, access),
                is_ticked=delay.person is not None and str(delay.person.pk) in ticked,
            )
        )
    return rows


def _assign_url(delay: Delay, access: Access) -> str:
    if delay.person:
        return ""
    if delay.channel == ChannelCode.PANEL:
        return panel_address(delay.cohort)
    if delay.channel == ChannelCode.COMPANY:
        return referents_address(delay.cohort)
    return delay.organisations[0].get_absolute_url() if delay.organisations else reverse("organisations:list")
