from django.db import models

from rulebook import outcomes


class SessionState(models.TextChoices):
    PREPARED = outcomes.SessionState.PREPARED, "en préparation"
    CONVENED = outcomes.SessionState.CONVENED, "convoquée"
    OPEN = outcomes.SessionState.OPEN, "ouverte"
    CLOSED = outcomes.SessionState.CLOSED, "close"
    SEALED = outcomes.SessionState.SEALED, "procès-verbal scellé"
    RATIFIED = outcomes.SessionState.RATIFIED, "décision de la CPNEFP enregistrée"
    PUBLISHED = outcomes.SessionState.PUBLISHED, "résultats publiés"


class SessionMeans(models.TextChoices):
    ON_SITE = "on_site", "en présence"
    REMOTE = "remote", "à distance"
    MIXED = "mixed", "en présence et à distance"


class Presence(models.TextChoices):
    EXPECTED = "expected", "attendu"
    PRESENT = "present", "présent"
    EXCUSED = "excused", "excusé"
    ABSENT = "absent", "absent"
    LEFT = "left", "parti en cours de séance"


HAS_SAT = (Presence.PRESENT, Presence.LEFT)


class DeliberationState(models.TextChoices):
    PENDING = outcomes.DeliberationState.PENDING, "à venir"
    OPEN = outcomes.DeliberationState.OPEN, "vote ouvert"
    CLOSED = outcomes.DeliberationState.CLOSED, "vote clos, à décider"
    DECIDED = outcomes.DeliberationState.DECIDED, "décidé"


class Proposal(models.TextChoices):
    ACQUIRED = outcomes.Proposal.ACQUIRED, "acquis"
    NOT_ACQUIRED = outcomes.Proposal.NOT_ACQUIRED, "non acquis"
    TO_DISCUSS = outcomes.Proposal.TO_DISCUSS, "à discuter"
    INCOMPLETE = outcomes.Proposal.INCOMPLETE, "incomplet"


class BlockOutcome(models.TextChoices):
    ACQUIRED = outcomes.BlockOutcome.ACQUIRED, "acquis"
    NOT_ACQUIRED = outcomes.BlockOutcome.NOT_ACQUIRED, "non acquis"
    DEFERRED = outcomes.BlockOutcome.DEFERRED, "ajourné"


class BallotChoice(models.TextChoices):
    ACQUIRED = outcomes.BallotChoice.ACQUIRED, "acquis"
    NOT_ACQUIRED = outcomes.BallotChoice.NOT_ACQUIRED, "non acquis"
    ABSTAIN = outcomes.BallotChoice.ABSTAIN, "abstention"


class RecusalReason(models.TextChoices):
    SIGNED_EVALUATION = outcomes.RecusalReason.SIGNED_EVALUATION, "a signé une évaluation du candidat"
    EMPLOYER = outcomes.RecusalReason.EMPLOYER, "appartient à l’entreprise du candidat"
    REFERENT = outcomes.RecusalReason.REFERENT, "est ou a été son référent"
    TRAINER = outcomes.RecusalReason.TRAINER, "est ou a été son formateur"
    OWN_ORGANISATION = outcomes.RecusalReason.OWN_ORGANISATION, "représente l’organisme de formation du candidat"
    DECLARED = outcomes.RecusalReason.DECLARED, "conflit d’intérêts déclaré"
