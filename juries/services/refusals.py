"""What a jury refuses, in words for whoever asked. `reasons` are the rulebook's when rules have spoken."""

from collections.abc import Sequence

from rulebook.verdict import Check


class JuryRefusal(Exception):
    message = ""

    def __init__(self, reasons: Sequence[Check] = (), *, details: Sequence[str] = ()) -> None:
        super().__init__(self.message)
        self.reasons = tuple(reasons)
        self.details = tuple(details)  # What stands in the way, by reference or number.


class WrongMoment(JuryRefusal):
    message = "Cette étape est déjà passée, ou son moment n’est pas venu."


class MandatePeriodInverted(JuryRefusal):
    message = "Un mandat ne finit pas avant d’avoir commencé."


class TrainingOrganisationMisplaced(JuryRefusal):
    message = "Le collège des organismes de formation en représente un, et lui seul."


class AccountClosed(JuryRefusal):
    message = "Le compte de cette personne est fermé : rouvrez-le d’abord, depuis sa page."


class MandateOverlaps(JuryRefusal):
    message = "Cette personne a déjà un mandat sur ces jours :"


class MandateEnded(JuryRefusal):
    message = "Ce mandat finit déjà, ce jour-là ou avant."


class MemberSeated(JuryRefusal):
    message = (
        "Un mandat dure tant que ce membre a un siège : composez le jury sans lui, ou choisissez un jour plus tard."
    )


class SeatingRefused(JuryRefusal):
    message = "Une personne occupe un seul siège, dans son collège, pendant son mandat."


class TooManySeats(JuryRefusal):
    message = "Le jury compte trop de sièges."


class EnrolmentNotConvenable(JuryRefusal):
    message = "Ces inscriptions ne peuvent pas être mises à l’ordre du jour."


class JuryNotComplete(JuryRefusal):
    message = "Le jury n’est pas au complet."


class AgendaEmpty(JuryRefusal):
    message = "Mettez au moins un dossier à l’ordre du jour."


class ChairMissing(JuryRefusal):
    message = "Désignez qui préside le jury."


class NotTheChair(JuryRefusal):
    message = "Seule la personne qui préside le jury conduit la séance."


class ChairRecused(JuryRefusal):
    message = (
        "Qui préside ne conduit pas le vote d’un dossier dont il est retiré : confiez la présidence pour ce dossier."
    )


class HasVoted(JuryRefusal):
    message = "Ce membre a voté : notez qu’il est parti en cours de séance."


class VoteUnderWay(JuryRefusal):
    message = "Un vote est ouvert : clôturez-le d’abord."


class MemberAway(JuryRefusal):
    message = "Ce membre n’est pas présent."


class NotYourSeat(JuryRefusal):
    message = "Chacun déclare ses conflits et vote pour lui-même."


class NoSubstitute(JuryRefusal):
    message = "Ce siège n’a pas de suppléant."


class NotQuorate(JuryRefusal):
    message = "Le quorum n’est pas réuni sur ce dossier."


class BlockIncomplete(JuryRefusal):
    message = "Il manque des évaluations : le jury ne peut pas encore décider."


class ConflictsNotDeclared(JuryRefusal):
    message = "Déclarez d’abord vos conflits d’intérêts, ou qu’il n’y en a pas."


class BallotRefused(JuryRefusal):
    message = "Votre vote n’est pas recevable."


class VoteNotSettled(JuryRefusal):
    message = "Le vote reste ouvert : il ne dégage pas de décision."


class CastingVoteAwaited(JuryRefusal):
    message = "Les voix sont à égalité : la voix prépondérante décide."


class ReasonMissing(JuryRefusal):
    message = "La décision s’écarte de la proposition : écrivez pourquoi."


class SessionUndecided(JuryRefusal):
    """Says how many and not which: the chair may be withdrawn from one of the dossiers."""

    message = "Il reste des blocs à décider."

    def __init__(self, count: int) -> None:
        super().__init__(details=[f"Leur nombre : {count}."])
        self.count = count


class ResitTooSoon(JuryRefusal):
    message = "L’échéance d’un rattrapage est à venir : choisissez un autre jour."


class RatificationRefused(JuryRefusal):
    message = "La décision de la CPNEFP porte sur ce que le jury a décidé, le jour de la session ou après."
