from django.urls import path

from . import admissibility_pages, referent_pages, views

app_name = "candidates"
urlpatterns = [
    path("", views.enrolments, name="list"),
    path("inscrire/", views.enrol_candidate, name="enrol"),
    path("communes/", views.communes, name="communes"),
    path("promotions/", views.cohorts, name="cohorts"),
    path("promotions/ouvrir/", views.open_cohort, name="open_cohort"),
    path("promotions/<int:pk>/echeances/", views.deadlines, name="deadlines"),
    path("recevabilites/", admissibility_pages.requests, name="admissibility_requests"),
    path("recevabilites/enregistrer/", admissibility_pages.record, name="record_admissibility"),
    path("recevabilites/<int:pk>/", admissibility_pages.page, name="admissibility"),
    path("recevabilites/<int:pk>/complet/", admissibility_pages.complete, name="complete_admissibility"),
    path("recevabilites/<int:pk>/decision/", admissibility_pages.decision, name="decide_admissibility"),
    path("recevabilites/<int:pk>/inscrire/", admissibility_pages.enrol, name="enrol_admitted"),
    path("entreprises/<int:pk>/inviter/", referent_pages.invite_in_company, name="invite_in_company"),
    path("<str:reference>/", views.dossier, name="dossier"),
    path("<str:reference>/options/", views.options, name="options"),
    path("<str:reference>/suivi/", views.follow_up, name="follow_up"),
    path("<str:reference>/referent/inviter/", referent_pages.invite, name="invite_referent"),
    path("<str:reference>/referent/lien/", referent_pages.send_link, name="send_referent_link"),
    path("<str:reference>/referent/revoquer/", referent_pages.revoke, name="revoke_referent_access"),
    path("<str:reference>/abandon/", views.withdrawal, name="withdrawal"),
    path("<str:reference>/blocs-acquis/", views.acquired_block, name="acquired_block"),
    path("<str:reference>/identite/", views.identity, name="identity"),
]
