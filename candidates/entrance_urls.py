"""The door of referents who come by a mail link."""

from django.urls import path

from . import entrance

app_name = "referents"
urlpatterns = [
    path("code/", entrance.code, name="code"),
    path("code/renvoyer/", entrance.send_again, name="send_again"),
    path("<str:token>/", entrance.link, name="link"),
]
