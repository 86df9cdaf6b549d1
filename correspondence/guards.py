"""What a mail may never do, held by the database."""

from journal.guards import Guard

_TABLE = "correspondence_mail"

GUARDS = (
    Guard(
        name="correspondence_event",
        table=_TABLE,
        events=("UPDATE",),
        message="Un message reste celui d’un même événement.",
        condition="NEW.key <> OLD.key OR NEW.kind <> OLD.kind OR NEW.about <> OLD.about "
        "OR NEW.queued_at <> OLD.queued_at",
    ),
    Guard(
        name="correspondence_finished",
        table=_TABLE,
        events=("UPDATE",),
        message="Un message parti ou sans objet ne change plus : seuls son adresse et ses faits s’effacent.",
        condition="OLD.state IN ('sent', 'dropped') AND (NEW.state <> OLD.state OR NEW.subject <> OLD.subject "
        "OR NEW.sent_at <> OLD.sent_at OR NEW.attempts <> OLD.attempts OR NEW.last_error <> OLD.last_error "
        """OR (NEW."to" <> OLD."to" AND NEW."to" <> '') OR (NEW.facts <> OLD.facts AND NEW.facts <> '{}'))""",
    ),
    Guard(name="correspondence_kept", table=_TABLE, events=("DELETE", "TRUNCATE"), message="Un message se garde."),
)
