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
    WRITTEN = "written", "par écrit"


class Presence(models.TextChoices):
    EXPECTED = "expected", "attendu"
    PRESENT = "present", "présent"
    EXCUSED = "excused", "excusé"
    ABSENT = "absent", "absent"
    LEFT = "left", "parti en cours de séance"
    LOST = "lost", "déconnecté"


HAS_SAT = (Presence.PRESENT, Presence.LEFT, Presence.LOST)


class AttendanceMeans(models.TextChoices):
    ROOM = "room", "en salle"
    REMOTE = "remote", "à distance"
    WRITTEN = "written", "par écrit"


class PresenceChange(models.TextChoices):
    JOINED = "joined", "arrivé"
    LEFT = "left", "parti"
    LOST = "lost", "connexion perdue"
    BACK = "back", "de retour"


class ConveningAnswer(models.TextChoices):
    ROOM = "room", "présent en salle"
    REMOTE = "remote", "présent à distance"
    EXCUSED = "excused", "excusé"


class MotionState(models.TextChoices):
    OPEN = "open", "proposée"
    CLOSED = "closed", "close"


class PaperKind(models.TextChoices):
    NOTICE = "notice", "convocation"
    EXTRACT = "extract", "extrait du procès-verbal"
    ADDENDUM = "addendum", "additif au procès-verbal"
    LETTER = "letter", "lettre de résultats"


class LetterKind(models.TextChoices):
    FULL_AWARD = outcomes.LetterKind.FULL_AWARD, "certification acquise"
    PARTIAL_AWARD = outcomes.LetterKind.PARTIAL_AWARD, "certification partielle"
    NO_AWARD = outcomes.LetterKind.NO_AWARD, "aucun bloc acquis"
    ABSENT = outcomes.LetterKind.ABSENT, "absent"


class AppealOutcome(models.TextChoices):
    UPHELD = "upheld", "accueilli"
    REJECTED = "rejected", "rejeté"
    INADMISSIBLE = "inadmissible", "irrecevable"


class DepartureGround(models.TextChoices):
    EVIDENCE = "evidence", "éléments apportés en séance"
    REASSESSED = "reassessed", "évaluation mal fondée ou incohérente"
    CIRCUMSTANCES = "circumstances", "circonstances de l’évaluation"
    EXPERIENCE = "experience", "expérience professionnelle établie"
    INSUFFICIENT = "insufficient", "preuves insuffisantes"
    OTHER = "other", "autre motif"


class DeliberationState(models.TextChoices):
    PENDING = outcomes.DeliberationState.PENDING, "à venir"
    OPEN = outcomes.DeliberationState.OPEN, "vote ouvert"
    CLOSED = outcomes.DeliberationState.CLOSED, "vote clos, à décider"
    DECIDED = outcomes.DeliberationState.DECIDED, "décidé"
    LAPSED = outcomes.DeliberationState.LAPSED, "sans décision, faute de quorum"


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


class SuspicionReason(models.TextChoices):
    FAMILY_NAME = outcomes.SuspicionReason.FAMILY_NAME, "porte le même nom de famille"
    EMAIL_DOMAIN = outcomes.SuspicionReason.EMAIL_DOMAIN, "a une adresse du même domaine"


class RecusalReason(models.TextChoices):
    SIGNED_EVALUATION = outcomes.RecusalReason.SIGNED_EVALUATION, "a signé une évaluation du candidat"
    EMPLOYER = outcomes.RecusalReason.EMPLOYER, "appartient à l’entreprise du candidat"
    REFERENT = outcomes.RecusalReason.REFERENT, "est ou a été son référent"
    TRAINER = outcomes.RecusalReason.TRAINER, "est ou a été son formateur"
    OWN_ORGANISATION = outcomes.RecusalReason.OWN_ORGANISATION, "représente l’organisme de formation du candidat"
    DECLARED = outcomes.RecusalReason.DECLARED, "conflit d’intérêts déclaré"
