from django.urls import path

from .views import certifier, entry, matrix

app_name = "evaluations"
urlpatterns = [
    path("", matrix.matrix, name="matrix"),
    path("suivi/", certifier.overview, name="overview"),
    path("commission/", certifier.assign, name="assign"),
    path("<str:reference>/<str:block>/<str:channel>/", entry.enter, name="enter"),
    path("<str:reference>/<str:block>/<str:channel>/relire/", entry.review, name="review"),
]
