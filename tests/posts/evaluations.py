from datetime import date
from typing import Any

from candidates.models import CohortDeadline
from evaluations.models import Attachment, Evaluation
from evaluations.models.attachments import fingerprint
from tests.addresses.lines import BY_CHANNEL
from tests.addresses.places import both, entry, ours, pile, pk, theirs
from tests.builders import uploads
from tests.builders.branch import Branch

from .sent import Data, Sent, followed_by, ticked, typed


def drafts_of(branch: Branch, channel: str):
    return Evaluation.objects.filter(
        enrolled_block__enrolment=branch.enrolment, enrolled_block__block__code="BC2", channel__code=channel
    )


def entering(channel: str) -> Data:
    def written(branch: Branch) -> dict[str, Any]:
        draft = drafts_of(branch, channel).get()
        ratings = {f"rating_{row.competency.code}": "partially_acquired" for row in draft.ratings.all()}
        parts = {f"part_{row.part.code}_held_on": "2021-05-20" for row in draft.parts.all()}
        modes = {f"part_{row.part.code}_mode": "remote" for row in draft.parts.all()}
        return {"attendance": "present", "revision": 1, **ratings, **parts, **modes}

    return written


def lined(data: Data) -> Data:
    """The same as one row of a bulk grid."""

    def written(branch: Branch) -> dict[str, Any]:
        reference = branch.enrolment.reference
        return {f"{reference}-{name}": value for name, value in data(branch).items()}

    return written


def row(data: Data) -> Data:
    return lambda branch: {"row": branch.enrolment.reference, **lined(data)(branch)}


def reading_again(branch: Branch) -> dict[str, Any]:
    """What the page on which a draft is read again sends back of it and of its files."""
    files = Attachment.objects.filter(evaluation__in=drafts_of(branch, "training"))
    return {"revision": 1, "attachments": fingerprint(files)}


def reading_a_row_again(branch: Branch) -> dict[str, Any]:
    return {"evaluation": branch.enrolment.reference, **lined(reading_again)(branch)}


def joining(branch: Branch) -> dict[str, Any]:
    return {"file": uploads.sent()}


def asking(branch: Branch) -> dict[str, Any]:
    return {"need": "Lit lentement.", "channels_extra_time": ["training"], "evidence": uploads.sent()}


def assigned_to(*roles: str) -> dict[str, Any]:
    return {"assessors": lambda branch: [branch.people[role].pk for role in roles]}


def reminding(role: str) -> Data:
    return lambda branch: {"people": [branch.people[role].pk]}


def overdue(branch: Branch) -> None:
    """Everything was due a month ago, in both cohorts."""
    for cohort in (branch.cohort, branch.other_cohort):
        for channel in cohort.version.channels.all():
            CohortDeadline.objects.create(cohort=cohort, channel=channel, due_on=date(2021, 6, 4))


FORMS = [
    Sent("trainer", "evaluations:print_cohort", pk("cohort"), typed(content="blank")),
    Sent("assessor", "evaluations:print_candidate", ours, typed(content="filled")),
    *(
        Sent(role, "evaluations:enter", entry(channel), entering(channel), optional="is_adapted general_comment")
        for channel, role in BY_CHANNEL.items()
    ),
    Sent(
        "trainer",
        "evaluations:draft",
        entry("training"),
        entering("training"),
        optional="is_adapted general_comment whole page sequence",
    ),
    Sent("trainer", "evaluations:review", entry("training"), reading_again),
    *(
        Sent(role, "evaluations:grid", pile(channel), row(entering(channel)), optional="action fill")
        for channel, role in BY_CHANNEL.items()
    ),
    Sent("trainer", "evaluations:grid_row", entry("training"), row(entering("training"))),
    Sent("trainer", "evaluations:grid_review", pile("training"), reading_a_row_again),
    Sent("referent", "evaluations:attachments", entry("company"), joining),
    Sent("trainer", "evaluations:ask_adaptation", ours, asking),
    Sent(
        "admin",
        "evaluations:adaptation",
        pk("adaptation"),
        typed(channels_extra_time=["training", "panel"]),
        optional="action reason",
    ),
    Sent(
        "admin",
        "evaluations:assign",
        data=ticked("enrolment", **assigned_to("other_assessor"), reassigned=lambda _: "on"),
        query="?assessor=any",
    ),
    Sent(
        "admin",
        "evaluations:reopen",
        entry("training", of="unheard", block="BC1"),
        typed(reason="Une date est fausse."),
        optional="due_on",
    ),
    Sent(
        "trainer",
        "evaluations:referents",
        data=ticked("enrolment", referent=followed_by("colleague")),
        query="?referent=any",
    ),
    Sent("trainer", "evaluations:late", data=reminding("referent"), optional="everybody", given=overdue),
]

REFUSED = {
    "print another’s cohort": Sent("trainer", "evaluations:print_cohort", pk("other_cohort"), typed(content="blank")),
    "print another’s candidate": Sent("assessor", "evaluations:print_candidate", theirs, typed(content="filled")),
    "print something else": Sent("trainer", "evaluations:print_candidate", ours, typed(content="everything")),
    "enter a block not enrolled": Sent(
        "trainer", "evaluations:enter", entry("training", block="BC8"), entering("training")
    ),
    "enter another channel": Sent("trainer", "evaluations:enter", entry("panel"), entering("panel")),
    "keep a draft of another channel": Sent("trainer", "evaluations:draft", entry("panel"), entering("panel")),
    "submit another channel": Sent("trainer", "evaluations:review", entry("company"), typed(revision=1)),
    "keep a row of another channel": Sent("trainer", "evaluations:grid_row", entry("panel"), row(entering("panel"))),
    "keep a row of another's candidate": Sent(
        "trainer", "evaluations:grid_row", entry("training", of="stranger"), row(entering("training"))
    ),
    "join a file to another channel": Sent("trainer", "evaluations:attachments", entry("panel"), joining),
    "join what is no file": Sent(
        "trainer", "evaluations:attachments", entry("training"), typed(file="attachments/x", stored_name="x")
    ),
    "take a file off another channel": Sent(
        "trainer", "evaluations:remove_attachment", both(entry("panel"), pk("attachment"))
    ),
    "take another draft’s file off": Sent(
        "trainer", "evaluations:remove_attachment", both(entry("training"), pk("heard_attachment"))
    ),
    "ask for another’s candidate": Sent(
        "trainer",
        "evaluations:ask_adaptation",
        theirs,
        typed(need="Lit lentement.", channels_extra_time=["training"]),
    ),
    "decide one’s own request": Sent(
        "trainer", "evaluations:adaptation", pk("adaptation"), typed(channels_extra_time=["training"])
    ),
    "assign somebody who is no assessor": Sent(
        "admin", "evaluations:assign", data=ticked("enrolment", **assigned_to("trainer")), query="?assessor=any"
    ),
    "assign what the filter leaves out": Sent(
        "admin", "evaluations:assign", data=ticked("stranger", **assigned_to("assessor"))
    ),
    "give a referent of another company": Sent(
        "trainer",
        "evaluations:referents",
        data=ticked("enrolment", referent=followed_by("other_referent")),
        query="?referent=any",
    ),
    "give another’s candidate a referent": Sent(
        "trainer",
        "evaluations:referents",
        data=ticked("stranger", referent=followed_by("colleague")),
        query="?referent=any",
    ),
    "remind another’s referent": Sent("trainer", "evaluations:late", data=reminding("other_referent"), given=overdue),
    "remind the panel without being of the certifier": Sent(
        "trainer", "evaluations:late", data=reminding("assessor"), given=overdue
    ),
}
