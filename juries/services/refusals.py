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


class SessionMistimed(JuryRefusal):
    message = "L’heure d’une session est celle de son jour ; un vote par écrit s’ouvre avant de se clore, ce jour-là."


class EnrolmentNotConvenable(JuryRefusal):
    message = "Ces inscriptions ne peuvent pas être mises à l’ordre du jour."


class AnswerNotOffered(JuryRefusal):
    message = "Cette réponse ne convient pas à la tenue de la session : choisissez parmi celles qui sont proposées."


class SeatTakenOver(JuryRefusal):
    message = "Votre suppléant a accepté de siéger à votre place : le secrétariat vous dira s’il peut vous la rendre."


class SubstituteRefused(JuryRefusal):
    message = (
        "Un suppléant est du même collège, mandaté ce jour-là, sans siège dans ce jury, et n’a pas déjà décliné "
        "celui-ci."
    )


class SubstituteKept(JuryRefusal):
    message = "Ce siège a un suppléant qui n’a pas décliné : relancez-le, ou attendez sa réponse."


class JuryNotComplete(JuryRefusal):
    message = "Le jury n’est pas au complet."


class AgendaEmpty(JuryRefusal):
    message = "Mettez au moins un dossier à l’ordre du jour."


class ChairMissing(JuryRefusal):
    message = "Désignez qui préside le jury."


class NotTheChair(JuryRefusal):
    message = "Seule la personne qui préside le jury conduit la séance."


class ViceChairMissing(JuryRefusal):
    message = "Désignez qui vice-préside : les dossiers dont la présidence est retirée lui reviennent."


class ChairRecused(JuryRefusal):
    message = (
        "Qui préside ne conduit pas le vote d’un dossier dont il est retiré : il revient à la vice-présidence, ou à "
        "qui vous la confiez."
    )


class NotTheViceChair(JuryRefusal):
    message = "Seule la vice-présidence prend la présidence en son absence."


class ChairPresent(JuryRefusal):
    message = "La présidence est là : elle seule peut confier sa place."


class HasVoted(JuryRefusal):
    message = "Ce membre a voté : notez qu’il est parti en cours de séance."


class VoteUnderWay(JuryRefusal):
    message = "Un vote est ouvert : clôturez-le d’abord."


class MemberAway(JuryRefusal):
    message = "Ce membre n’est pas présent."


class AttendedInWriting(JuryRefusal):
    message = "Le vote est par écrit : chacun y prend part en votant, et personne ne note les présences."


class NotAttendedFromAfar(JuryRefusal):
    message = "On est présent en salle : c’est la présidence qui note les arrivées et les départs."


class OtherSession(JuryRefusal):
    message = "Ce dossier n’est pas à l’ordre du jour de cette séance."


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


class SuspicionUnanswered(JuryRefusal):
    message = "Répondez par oui ou par non pour chaque candidat qui vous est peut-être lié."


class MemberSilent(JuryRefusal):
    message = "Ce membre n’a pas déclaré ses conflits d’intérêts, et la séance est close : il ne peut plus présider."


class TooSoonToTakeOver(JuryRefusal):
    message = (
        "La présidence peut encore arriver : la vice-présidence ne prend sa place qu’à partir du jour de la session."
    )


class BallotRefused(JuryRefusal):
    message = "Votre vote n’est pas recevable."


class VoteNotSettled(JuryRefusal):
    message = "Le vote reste ouvert : il ne dégage pas de décision."


class StillQuorate(JuryRefusal):
    message = "Le quorum est réuni : le vote suit son cours."


class WindowNotOver(JuryRefusal):
    message = "Le vote par écrit est en cours : il se compte à sa clôture, ou dès que chacun a voté."


class WindowNotOpen(JuryRefusal):
    message = "Le vote par écrit ne s’ouvre pas avant son heure."


class WindowNotExtended(JuryRefusal):
    message = "Choisissez une clôture à venir, après celle qui est fixée."


class QuorumReached(JuryRefusal):
    message = "Chaque vote ouvert a son quorum : comptez les voix à la clôture, sans la reporter."


class NothingToAdopt(JuryRefusal):
    message = "Aucun dossier ne peut être proposé en bloc : il faut des blocs complets, unanimes, et un quorum."


class MotionUnderWay(JuryRefusal):
    message = "Une adoption en bloc est déjà proposée : clôturez-la d’abord."


class MotionMoved(JuryRefusal):
    message = "Ce lot vient de changer : relisez-le, puis recommencez."


class NothingCounted(JuryRefusal):
    message = "Aucun vote n’a pu être compté : tous restent ouverts."


class DiscussionClosed(JuryRefusal):
    message = "On s’écrit sur un dossier de la convocation à la clôture de la session."


class RemarkEmpty(JuryRefusal):
    message = "Écrivez quelque chose."


class RemarkTooLong(JuryRefusal):
    message = "Votre message dépasse 2 000 caractères : raccourcissez-le."


class RemarkRefused(JuryRefusal):
    message = "Seuls les membres qui siègent sur ce dossier s’y écrivent."


class CastingVoteAwaited(JuryRefusal):
    message = "Les voix sont à égalité : la voix prépondérante décide."


class ReasonMissing(JuryRefusal):
    message = "La décision s’écarte de la proposition : choisissez la nature de l’écart et écrivez pourquoi."


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


class MinutesNotSubmitted(JuryRefusal):
    message = "Le procès-verbal n’est pas encore soumis aux membres : relisez-le, puis soumettez-le."


class MinutesChanged(JuryRefusal):
    message = "Le procès-verbal a changé depuis que vous l’avez lu : relisez-le avant de l’approuver."


class MinutesOutdated(JuryRefusal):
    message = "Le procès-verbal n’est plus celui qui a été soumis : soumettez-le de nouveau."


class MinutesNotApproved(JuryRefusal):
    message = "Le procès-verbal attend encore des approbations."


class NotOfTheSitting(JuryRefusal):
    message = "Approuve le procès-verbal qui a siégé et déclaré ses conflits d’intérêts."


class PublicationTooSoon(JuryRefusal):
    message = "La publication se fixe à un moment à venir ; pour publier maintenant, choisissez « Publier maintenant »."


class AppealMisdated(JuryRefusal):
    message = "Un recours est reçu entre la publication des résultats et aujourd’hui."


class AppealUnderWay(JuryRefusal):
    message = "Un recours de ce candidat attend déjà son issue pour cette session."


class AppealSettled(JuryRefusal):
    message = "L’issue de ce recours est déjà enregistrée."


class OutcomeMisdated(JuryRefusal):
    message = "L’issue d’un recours date d’entre sa réception et aujourd’hui."


class ErasureTooSoon(JuryRefusal):
    message = "Les bulletins se gardent tant que le délai de recours court, ou qu’un recours attend son issue."


class AddendumEmpty(JuryRefusal):
    message = "Écrivez ce que l’additif corrige, et par quoi."


class NothingToTake(JuryRefusal):
    message = "Aucun dossier n’est à votre vue : il n’y a rien à emporter."
