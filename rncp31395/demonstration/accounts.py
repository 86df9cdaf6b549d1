"""The fictitious people one may sign in as while DEMO=1."""

from dataclasses import dataclass

PASSWORD = "demonstration"  # noqa: S105  (published on the sign-in page of the demonstration)
JURY_SIZE = 13


@dataclass(frozen=True, slots=True)
class DemoAccount:
    email: str
    role: str
    description: str = ""


def _juror(number: int) -> DemoAccount:
    if number == 1:
        return DemoAccount("jury.01@demo.example", "Présidence du jury", "conduit la session, signe le procès-verbal")
    return DemoAccount(f"jury.{number:02}@demo.example", f"Siège {number}")


STAFF = (
    DemoAccount("admin@demo.example", "Secrétariat de la CSCA", "conduit tout le parcours, délivre les certificats"),
    DemoAccount("admin2@demo.example", "Secrétariat, second compte", "confirme ce qui demande deux personnes"),
    DemoAccount("of.lyon@demo.example", "Organisme de formation, Lyon", "inscrit ses candidats, évalue la voie 1"),
    DemoAccount("of.paris@demo.example", "Organisme de formation, Paris", "ne voit que ses propres candidats"),
    DemoAccount("referent.a@demo.example", "Référent en entreprise A", "évalue la voie 2, souvent au téléphone"),
    DemoAccount("referent.b@demo.example", "Référent en entreprise B", "évalue la voie 2"),
    DemoAccount("panel.a@demo.example", "Commission d’évaluation A", "évalue la voie 3"),
    DemoAccount("panel.b@demo.example", "Commission d’évaluation B", "évalue la voie 3"),
)
JURORS = tuple(_juror(number) for number in range(1, JURY_SIZE + 1))
ACCOUNTS = STAFF + JURORS
