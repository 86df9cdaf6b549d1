"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from .views import home, robots

urlpatterns = [
    path("", home, name="home"),
    path("robots.txt", robots, name="robots"),
    path("compte/", include("accounts.urls")),
    path("referentiel/", include("blocks.urls")),
    path("organisations/", include("organisations.urls")),
    path("candidats/", include("candidates.urls")),
    path("acces/", include("candidates.entrance_urls")),
    path("evaluations/", include("evaluations.urls")),
    path("jurys/", include("juries.urls")),
    path("convocation/", include("juries.convening_urls")),
    path("", include("certificates.urls")),
    path("technique/", admin.site.urls),
]
