"""The addresses that the pages' frame needs, and nothing behind them."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nowhere(request: HttpRequest) -> HttpResponse:
    raise AssertionError("The frame's links are not followed here.")


urlpatterns = [
    path("", nowhere, name="home"),
    path("compte/", include("allauth.account.urls")),
    path("compte/reprise/", nowhere, name="account_resume"),
    path("referentiel/", include(([path("", nowhere, name="standard")], "blocks"))),
    path("organisations/", include(([path("", nowhere, name="list")], "organisations"))),
    path("candidats/", include(([path("", nowhere, name="list")], "candidates"))),
    path("evaluations/", include(([path("", nowhere, name="matrix")], "evaluations"))),
    path("jurys/", include(([path("", nowhere, name="sessions")], "juries"))),
    path(
        "",
        include(
            (
                [path("verifier/", nowhere, name="verify_form"), path("certificats/", nowhere, name="register")],
                "certificates",
            )
        ),
    ),
]
