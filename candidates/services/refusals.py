"""What the services refuse. Every refusal says to people what stands in the way."""

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
