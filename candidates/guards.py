"""What a person holds, they hold for life."""

from journal.guards import Guard

GUARDS = (
    Guard(
        name="candidates_acquiredblock",
        table="candidates_acquiredblock",
        events=("UPDATE", "DELETE"),
        message="Un bloc acquis l’est pour la vie.",
    ),
)
