"""The home page of every role: what is left for me, until when, one click to the next."""

from collections.abc import Iterator
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.todo import ToDo, by_urgency
from certificates.permissions import may_issue
from certificates.pipeline import pipeline_of
from evaluations.followed import followed
from juries.permissions import is_juror
from organisations.permissions import access_of

# Pages reached by a secret address say themselves that they are not to be indexed: they have to be read for that.
ROBOTS = """User-agent: *
Allow: /verifier/
Allow: /convocation/
Allow: /acces/
Allow: /titulaire/
Allow: /partage/
Disallow: /
"""


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    access = access_of(request.user)
    if access.is_limited or (access.is_only_referent and not is_juror(request.user)):
        return render(request, "evaluations/followed.html", _followed(request.user, on=today))
    context = {
        "todos": by_urgency(todos_of(request.user, on=today)),
        "pipeline": pipeline_of(on=today) if may_issue(request.user) else (),
    }
    return render(request, "home.html", context)


def _followed(user: User, *, on: date) -> dict[str, Any]:
    """A referent looks for people, not for a list of tasks."""
    rows = followed(user, on=on)
    return {"rows": rows, "left": sum(len(row.left) for row in rows)}


def todos_of(user: User, *, on: date) -> Iterator[ToDo]:
    """What each app's `todo.py` says is left for this person."""
    for config in apps.get_app_configs():
        name = f"{config.name}.todo"
        if find_spec(name):
            todo = import_module(name)
            if hasattr(todo, "to_do"):  # `accounts.todo` is the vocabulary itself.
                yield from todo.to_do(user, on=on)
