"""What a paper says, for machines: the JSON that travels inside its file. Described in docs/paper_facts.md."""

import json
from collections.abc import Mapping
from typing import Any

from documents.drawing import Attachment

FORMAT = "rncp31395.paper"
VERSION = 1
NAME = "faits.json"
# What is printed on every paper, under the same names as in the frozen context.
PRINTED = (
    "kind",
    "number",
    "title",
    "awarding_body",
    "registration",
    "nsf",
    "agreement",
    "holder",
    "blocks",
    "place",
    "delivered_on",
    "signatory",
    "specimen",
)


def facts_of(context: Mapping[str, Any], *, verification: Mapping[str, str]) -> dict[str, Any]:
    """Plain JSON. `verification` says how to check the paper: it holds the key only where the paper shows it."""
    facts = {name: context[name] for name in PRINTED}
    return {"format": FORMAT, "version": VERSION, **facts, "verification": dict(verification)}


def attached(facts: Mapping[str, Any]) -> Attachment:
    """Always the same bytes for the same facts."""
    written = json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=1).encode()
    return Attachment(NAME, written, "Ce que dit ce document, pour les machines (JSON)", relationship="Data")
