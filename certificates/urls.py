from django.urls import path

from . import views

app_name = "certificates"
urlpatterns = [
    path("verifier/", views.verify_form, name="verify_form"),
    path("verifier/<str:number>/<str:key>/", views.verify, name="verify"),
    path("certificats/", views.register, name="register"),
    path("certificats/a-delivrer/", views.to_issue, name="to_issue"),
    path("certificats/<str:number>/", views.certificate, name="certificate"),
    path("certificats/<str:number>/document/", views.paper, name="paper"),
    path("dossiers/<str:reference>/", views.dossier, name="dossier"),
    path("dossiers/<str:reference>/certificat/", views.issue, name="issue"),
    path("dossiers/<str:reference>/attestations/<str:code>/", views.issue_statement, name="issue_statement"),
]
