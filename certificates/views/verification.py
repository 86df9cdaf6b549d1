"""What anybody with the paper or its file may ask: is it authentic, and still valid?

These pages know nobody: neither session nor cookie, kept by no cache, found by no search engine, told to no other site.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.visitors import View, may_ask, open_to_visitors
from documents.passing_uploads import PassingUploadTooLarge, passing_file
from documents.seal_reading import SealReadersBusy

from ..file_check import NotAPdf, check_file
from ..forms import VerificationForm
from ..verification import UNKNOWN, Answer, by_fingerprint, by_key

RETRY_AFTER = 60  # seconds: the limits of `ACCOUNT_RATE_LIMITS` count by the minute
THROTTLED = "Trop de vérifications depuis votre adresse."
NO_FILE = "Choisissez le fichier PDF à contrôler."
NO_PDF = "Ce fichier n’est pas un PDF : choisissez celui que le titulaire vous a remis."
TOO_LARGE = "Ce fichier dépasse 5 Mo : aucun de nos documents n’est aussi lourd."
BUSY = "Trop de fichiers sont contrôlés en ce moment : réessayez dans une minute."


def throttled(action: str, *, methods: tuple[str, ...] = ("GET", "HEAD", "POST")) -> Callable[[View], View]:
    """So many answers a minute to one address, those of another kind counted apart."""

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods or may_ask(request, action):
                return view(request, *args, **kwargs)
            body = {"standing": "throttled", "sentence": THROTTLED, "retry_after": RETRY_AFTER}
            response = _told(request, "certificates/throttled.html", {}, body, status=429)
            response["Retry-After"] = str(RETRY_AFTER)
            return response

        return counted

    return decorate


@open_to_visitors
@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    form = VerificationForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect("certificates:verify", form.cleaned_data["number"], form.cleaned_data["key"])
    return render(request, "certificates/verify_form.html", {"form": form})


@open_to_visitors
@require_safe
@throttled("verification")
def verify(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """The paper's whole content and its present state; wrong and unknown get one and the same answer."""
    return _answer(request, by_key(number, key, at=timezone.now()), asked_by="key")


@open_to_visitors
@require_safe
@throttled("verification")
def verify_fingerprint(request: HttpRequest, sha256: str) -> HttpResponse:
    """The same of a file whose SHA-256 the visitor's browser has computed: the file stays with the visitor."""
    return _answer(request, by_fingerprint(sha256, at=timezone.now()), asked_by="file")


@csrf_exempt  # A token would take a cookie; this POST acts for nobody and changes nothing.
@open_to_visitors
@require_http_methods(["GET", "HEAD", "POST"])
@throttled("file_check", methods=("POST",))
def verify_file(request: HttpRequest) -> HttpResponse:
    """The full check of a file: looked at in memory, then forgotten."""
    if request.method != "POST":
        return render(request, "certificates/verify_file.html")
    try:
        pdf = passing_file(request, "file")
    except PassingUploadTooLarge:
        return _file_refused(request, TOO_LARGE, status=413)
    if not pdf:
        return _file_refused(request, NO_FILE, status=422)
    try:
        check = check_file(pdf, at=timezone.now())
    except NotAPdf:
        return _file_refused(request, NO_PDF, status=422)
    except SealReadersBusy:
        response = _file_refused(request, BUSY, status=503)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    context = {"check": check, "answer": check.answer, "paper": check.answer.paper if check.answer else None}
    status = 200 if check.answer else 404
    return _told(request, "certificates/file_checked.html", context, check.as_json(), status=status)


def _answer(request: HttpRequest, answer: Answer | None, *, asked_by: str) -> HttpResponse:
    if answer is None:
        return _told(request, "certificates/unknown.html", {"asked_by": asked_by}, UNKNOWN, status=404)
    context = {"answer": answer, "paper": answer.paper}
    return _told(request, "certificates/verified.html", context, answer.as_json(), status=200)


def _file_refused(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    body = {"standing": "refused", "sentence": sentence}
    return _told(request, "certificates/verify_file.html", {"refusal": sentence}, body, status=status)


def _told(
    request: HttpRequest, template: str, context: dict[str, Any], body: dict[str, Any], *, status: int
) -> HttpResponse:
    """In JSON to whoever asks for it, by the address or by the header."""
    asked = request.GET.get("format") == "json"
    if asked or request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        response: HttpResponse = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    else:
        response = render(request, template, context, status=status)
    patch_vary_headers(response, ["Accept"])
    return response
