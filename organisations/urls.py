from django.urls import path, register_converter

from .converters import OrganisationKindConverter
from .views import correspondence, invitations, lists, organisations, people

register_converter(OrganisationKindConverter, "kind")

app_name = "organisations"
urlpatterns = [
    path("", lists.training_organisations, name="list"),
    path("entreprises/", lists.companies, name="companies"),
    path("invitations/", lists.invitations, name="invitations"),
    path("formation/ouvrir/", organisations.open_training_organisation, name="open_training_organisation"),
    path("entreprises/ouvrir/", organisations.open_company, name="open_company"),
    path("<kind:kind>/<int:pk>/", organisations.organisation, name="organisation"),
    path("<kind:kind>/<int:pk>/inviter/", invitations.invite, name="invite"),
    path("certificateur/<int:pk>/presidence/", organisations.record_presidency, name="record_presidency"),
    path("formation/<int:pk>/habiliter/", organisations.accredit, name="accredit"),
    path("invitations/<int:pk>/renvoyer/", invitations.resend, name="resend_invitation"),
    path("invitations/<int:pk>/retirer/", invitations.withdraw, name="withdraw_invitation"),
    path("invitation/<str:token>/", invitations.accept, name="accept"),
    path("courrier/", correspondence.mails, name="mails"),
    path("courrier/renvoyer/", correspondence.resend_mails, name="resend_mails"),
    path("courrier/<int:pk>/", correspondence.mail, name="mail"),
    path("rattachements/<int:pk>/terminer/", people.end_membership, name="end_membership"),
    path("rattachements/<int:pk>/responsable/", people.name_manager, name="name_manager"),
    path("rattachements/<int:pk>/responsable/retirer/", people.release_manager, name="release_manager"),
    path("personnes/<int:pk>/", people.person, name="person"),
    path("personnes/<int:pk>/fermer/", people.close_account, name="close_account"),
    path("personnes/<int:pk>/rouvrir/", people.reopen_account, name="reopen_account"),
]
