"""The door of whoever is called to a jury, by the link of their mail."""

from django.urls import path

from .views import convening

app_name = "convening"
urlpatterns = [path("<str:token>/", convening.link, name="answer")]
