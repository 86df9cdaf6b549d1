from django.urls import path

from . import views

app_name = "candidates"
urlpatterns = [
    path("", views.enrolments, name="list"),
    path("inscrire/", views.enrol_candidate, name="enrol"),
    path("promotions/", views.cohorts, name="cohorts"),
    path("promotions/ouvrir/", views.open_cohort, name="open_cohort"),
    path("promotions/<int:pk>/echeances/", views.deadlines, name="deadlines"),
    path("<str:reference>/", views.dossier, name="dossier"),
    path("<str:reference>/options/", views.options, name="options"),
    path("<str:reference>/suivi/", views.follow_up, name="follow_up"),
    path("<str:reference>/abandon/", views.withdrawal, name="withdrawal"),
    path("<str:reference>/blocs-acquis/", views.acquired_block, name="acquired_block"),
    path("<str:reference>/identite/", views.identity, name="identity"),
]
