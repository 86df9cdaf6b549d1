from django.db import models


class Role(models.TextChoices):
    ADMIN = "admin", "secrétariat de la CSCA"
    PANEL_ASSESSOR = "panel_assessor", "commission d’évaluation"
    TRAINING_MEMBER = "training_member", "organisme de formation"
    COMPANY_REFERENT = "company_referent", "référent en entreprise"


class OrganisationKind(models.TextChoices):
    """The three kinds of organisation, by the word of their addresses."""

    AWARDING_BODY = "certificateur", "certificateur"
    TRAINING_ORGANISATION = "formation", "organisme de formation"
    COMPANY = "entreprises", "entreprise"


ROLES_IN = {
    OrganisationKind.AWARDING_BODY: (Role.ADMIN, Role.PANEL_ASSESSOR),
    OrganisationKind.TRAINING_ORGANISATION: (Role.TRAINING_MEMBER,),
    OrganisationKind.COMPANY: (Role.COMPANY_REFERENT,),
}


class InvitationState(models.TextChoices):
    PENDING = "pending", "en attente"
    EXPIRED = "expired", "expirée"
    ACCEPTED = "accepted", "acceptée"
    WITHDRAWN = "withdrawn", "remplacée ou retirée"


class AccreditationState(models.TextChoices):
    IN_FORCE = "in_force", "habilité"
    ENDING = "ending", "habilitation bientôt échue"
    TO_COME = "to_come", "habilitation à venir"
    LAPSED = "lapsed", "habilitation échue"
    NONE = "none", "non habilité"
