"""What is refused about a paper, in words for whoever asked. `reasons` are the rulebook's when rules have spoken."""

from collections.abc import Iterable, Sequence

from rulebook.verdict import Check


class CertificateRefused(Exception):
    """The rules refuse the paper; `reasons` are the checks that say why, or why not yet."""

    def __init__(self, reasons: Sequence[Check]) -> None:
        super().__init__(", ".join(check.code for check in reasons))
        self.reasons = tuple(reasons)


class PaperRefusal(Exception):
    """A decision about a paper that cannot be taken, and why."""

    message = ""

    def __init__(self) -> None:
        super().__init__(self.message)


class NotPublished(PaperRefusal):
    message = "Ce document n’est pas valide : seul un document publié, ni remplacé ni retiré, se prête à ce geste."


class NothingRefused(PaperRefusal):
    message = "Rien de ce document n’attend un nouvel essai : rechargez la page."


class IdentityUnchanged(PaperRefusal):
    message = "L’identité imprimée est celle du dossier : corrigez d’abord l’identité du candidat."


class RevocationPending(PaperRefusal):
    message = "Un retrait de ce document est demandé : il se décide d’abord."


class NameNotDrawable(PaperRefusal):
    """The paper in force would give way to one that cannot be drawn."""

    def __init__(self, characters: Iterable[str]) -> None:
        shown = " ".join(sorted(characters))
        self.message = f"Nos polices de caractères ne dessinent pas : {shown}. Le document en cours reste valide."
        super().__init__()


class ReasonNotDrawable(PaperRefusal):
    def __init__(self, characters: Iterable[str]) -> None:
        self.message = f"Écrivez le motif sans : {' '.join(sorted(characters))}. Nos polices ne le dessinent pas."
        super().__init__()


class RevocationByOneself(PaperRefusal):
    message = "Un retrait est approuvé par une autre personne que celle qui le demande."


class RevocationDecided(PaperRefusal):
    message = "Cette demande de retrait est déjà décidée."


class HolderWithoutAddress(PaperRefusal):
    message = "Aucune adresse électronique n’est connue : ajoutez-la à l’identité du candidat."


class ShareTooLong(PaperRefusal):
    message = "Un partage dure d’un jour à un an."


class ShareOver(PaperRefusal):
    message = "Ce formulaire a déjà servi à un partage qui a pris fin : rouvrez la page pour en faire un autre."


class IssuingStopped(PaperRefusal):
    def __init__(self, reason: str) -> None:
        self.message = f"La délivrance est arrêtée : {reason}"
        super().__init__()


class AlreadyStopped(PaperRefusal):
    message = "La délivrance est déjà arrêtée."


class NotStopped(PaperRefusal):
    message = "La délivrance n’est pas arrêtée : quelqu’un l’a déjà reprise."


class NothingToIssue(PaperRefusal):
    message = "Rien n’est à délivrer dans cette sélection."
