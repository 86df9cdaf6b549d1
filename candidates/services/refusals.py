"""What the services refuse. Every refusal says to people what stands in the way."""

from datetime import date

from blocks.french import day
from rulebook.verdict import Check


class Refusal(Exception):
    """A decision not taken. `message` says to people what stands in the way, and what they may do."""

    message = ""


class RefusedByRules(Refusal):
    """The rules say no: `reasons` are the checks that fail."""

    def __init__(self, reasons: tuple[Check, ...]) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


class EnrolmentRefused(RefusedByRules):
    message = "Le référentiel ne permet pas cette inscription."


class OptionsRefused(RefusedByRules):
    message = "Le référentiel ne permet pas ce choix d’options."


class AlreadyEnrolled(Refusal):
    message = "Ce candidat est déjà inscrit avec cette date d’entrée."


class ReferentOutsideCompany(Refusal):
    message = "Ce référent n’est pas rattaché à cette entreprise : choisissez-en un autre, ou faites-le inviter."


class CohortOutside(Refusal):
    message = "Cette promotion n’est pas celle de l’organisme et du référentiel de l’inscription."


class OptionEngaged(Refusal):
    """Something already rests on the option that would go. Evaluations and deliberations are never thrown away."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(", ".join(codes))
        self.message = (
            f"{' et '.join(codes)} : une évaluation ou une délibération existe déjà. Ce choix ne change plus."
        )


class AlreadyWithdrawn(Refusal):
    message = "Cet abandon est déjà enregistré."


class WithdrawalOutOfTime(Refusal):
    message = "L’abandon se date entre l’entrée et aujourd’hui."


class BlockAlreadyHeld(Refusal):
    message = "Ce candidat a déjà acquis ce bloc."


class EvidenceMissing(Refusal):
    message = "Indiquez le justificatif : sans lui, seul un jury fait acquérir un bloc."


class AcquisitionInFuture(Refusal):
    message = "La date d’acquisition est dans l’avenir."


class IdentityTaken(Refusal):
    message = "Une autre personne est enregistrée avec ce nom, cette date et ce lieu de naissance."


class CohortNameTaken(Refusal):
    message = "Une promotion porte déjà ce nom : choisissez-en un autre."


class DeadlineBeforeStart(Refusal):
    message = "Une échéance précède le début de la promotion."


class RequestUnderWay(Refusal):
    message = "Une demande de recevabilité de ce candidat est déjà en cours : ouvrez-la plutôt."


class RequestOutOfTime(Refusal):
    message = "Une demande est reçue, puis complète, au plus tard aujourd’hui, et dans cet ordre."


class VaeClosed(Refusal):
    message = "La voie de la VAE n’est pas ouverte à cette date."


class AlreadyComplete(Refusal):
    message = "Ce dossier est déjà complet : le délai court depuis cette date, qui ne change plus."


class NotComplete(Refusal):
    message = "Le dossier n’est pas complet : notez d’abord le jour où il l’est devenu."


class AlreadyAnswered(Refusal):
    """Decided already, or accepted by silence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DecisionOutOfTime(Refusal):
    message = "La décision se date entre le jour où le dossier est complet et aujourd’hui, dans le délai de réponse."


class ReasonMissing(Refusal):
    message = "Indiquez le motif : un refus se motive."


class AdmissibilityMissing(Refusal):
    message = "Une inscription par VAE part d’une demande recevable qui n’a pas encore servi."


class AdmissibilityNotGranted(RefusedByRules):
    message = "Cette demande n’est pas recevable, ou ne l’est pas encore."


class EntryNotAdmission(Refusal):
    def __init__(self, admitted_on: date) -> None:
        super().__init__(admitted_on)
        self.message = f"Pour une VAE, la date d’entrée est celle de la recevabilité : le {day(admitted_on)}."
