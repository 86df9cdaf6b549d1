from django.urls import URLPattern, URLResolver, include, path

from .views import administration, chair, juror, members, minutes, results

app_name = "juries"

dossier_patterns: list[URLPattern | URLResolver] = [
    path("", juror.dossier, name="dossier"),
    path("votes/", juror.votes, name="votes"),
    path("voter/<str:block>/", juror.vote, name="vote"),
    path("deport/", juror.withdraw, name="withdraw"),
    path("pieces/<int:pk>/", juror.attachment, name="attachment"),
    path("ouvrir/", chair.open_ballots, name="open_votes"),
    path("clore/", chair.close_ballots, name="close_votes"),
    path("decider/<str:block>/", chair.settle, name="decide"),
    path("retirer/", administration.remove, name="remove_dossier"),
]

session_patterns: list[URLPattern | URLResolver] = [
    path("", juror.session, name="session"),
    path("conflits/", juror.declare, name="declare"),
    path("presidence/", chair.console, name="console"),
    path("presidence/ouvrir/", chair.open_, name="open"),
    path("presidence/presences/", chair.attendance, name="attendance"),
    path("presidence/suppleant/<int:number>/", chair.seat_substitute, name="substitute"),
    path("presidence/confier/", chair.hand_over, name="hand_over"),
    path("presidence/clore/", chair.close, name="close"),
    path("presidence/sceller/", chair.seal, name="seal"),
    path("proces-verbal/", minutes.minutes, name="minutes"),
    path("proces-verbal.pdf", minutes.minutes_pdf, name="minutes_pdf"),
    path("administration/", administration.administration, name="administration"),
    path("administration/composition/", administration.composition, name="compose"),
    path("administration/composition/verifier/", administration.composition_check, name="composition_check"),
    path("administration/dossiers/", administration.agenda, name="add_dossiers"),
    path("administration/convoquer/", administration.convening, name="convene"),
    path("administration/presidence/<int:number>/", administration.appoint_chair, name="appoint_chair"),
    path("administration/decision/", administration.ratify, name="ratify"),
    path("administration/publier/", administration.publication, name="publish"),
    path("administration/rattrapages/", administration.resits, name="open_resits"),
    path("dossiers/<str:enrolment>/", include(dossier_patterns)),
]

urlpatterns = [
    path("", juror.sessions, name="sessions"),
    path("membres/", members.members, name="members"),
    path("membres/mandater/", members.mandate, name="mandate"),
    path("membres/<int:pk>/terminer/", members.end_mandate, name="end_mandate"),
    path("nouvelle/", administration.prepare, name="prepare"),
    path("resultats/<str:reference>/", results.results, name="results"),
    path("<str:reference>/", include(session_patterns)),
]
