from django.db import models

from rulebook.outcomes import BlockGroup as Group
from rulebook.outcomes import ChannelCode as Channels
from rulebook.outcomes import CollegeCode as Colleges
from rulebook.outcomes import RouteCode as Routes
from rulebook.verdict import Source as Sources


class BlockGroup(models.TextChoices):
    COMMON = Group.COMMON, "commun, obligatoire"
    SPECIFIC = Group.SPECIFIC, "spécifique, obligatoire"
    OPTIONAL = Group.OPTIONAL, "optionnel"


class ChannelCode(models.TextChoices):
    TRAINING = Channels.TRAINING, "organisme de formation"
    COMPANY = Channels.COMPANY, "référent en entreprise"
    PANEL = Channels.PANEL, "commission d’évaluation"


class PartsRule(models.TextChoices):
    ALL = "all", "toutes les épreuves"
    ANY = "any", "l’une ou l’autre épreuve"


class RouteCode(models.TextChoices):
    STUDENT = Routes.STUDENT, "statut d’élève ou d’étudiant"
    APPRENTICESHIP = Routes.APPRENTICESHIP, "contrat d’apprentissage"
    CONTINUING_TRAINING = Routes.CONTINUING_TRAINING, "formation continue"
    PROFESSIONALISATION_CONTRACT = Routes.PROFESSIONALISATION_CONTRACT, "contrat de professionnalisation"
    INDIVIDUAL = Routes.INDIVIDUAL, "candidature individuelle"
    VAE = Routes.VAE, "validation des acquis de l’expérience"


class CollegeCode(models.TextChoices):
    UNION = Colleges.UNION, "organisations syndicales"
    EMPLOYER = Colleges.EMPLOYER, "CSCA"
    EXPERT = Colleges.EXPERT, "experts de la formation en assurance"
    TRAINING = Colleges.TRAINING, "organisme de formation"


class Source(models.TextChoices):
    SHEET = Sources.SHEET, "fiche RNCP"
    AGREEMENT = Sources.AGREEMENT, "accord de branche"
    LAW = Sources.LAW, "loi"
    DEFAULT = Sources.DEFAULT, "à confirmer par la CSCA"


class Parameter(models.TextChoices):
    """What a version of the standard fixes besides its blocks. Each value is data, with its source."""

    MANDATORY_BLOCKS = "mandatory_blocks", "blocs obligatoires"
    OPTIONAL_BLOCKS = "optional_blocks", "blocs optionnels"
    OPTIONAL_MINIMUM = "optional_minimum", "nombre de blocs optionnels exigés"
    RATING_SCALE = "rating_scale", "échelle d’évaluation"
    JURY_QUORUM = "jury_quorum", "quorum du jury"
    JURY_QUORUM_COLLEGES = "jury_quorum_colleges", "collèges présents au quorum"
    ABSTENTIONS_COUNT = "abstentions_count", "abstentions comptées dans les voix exprimées"
    CASTING_VOTE = "casting_vote", "voix prépondérante du président"
    PROXIES_ALLOWED = "proxies_allowed", "procurations"
    TRAINING_SEAT_VOTES_ON_OWN = "training_seat_votes_on_own", "vote du représentant sur ses propres candidats"
    APPEAL_MONTHS = "appeal_months", "délai de recours en mois"
    RESIT_CHANNELS = "resit_channels", "voies évaluées de nouveau en rattrapage"
    CONVENING_DAYS = "convening_days", "convocation du jury, en jours avant la session"
    VAE_REPLY_MONTHS = "vae_reply_months", "délai de réponse à une demande de VAE, en mois"
    DECLARATION_MONTHS = "declaration_months", "délai de déclaration à la Caisse des Dépôts, en mois"
    DECLARATION_ALERT_DAYS = "declaration_alert_days", "alertes avant la déclaration, en jours après la délivrance"
