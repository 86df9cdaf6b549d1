"""The official schema, read where it is: a certifier downloads it with the CDC's kit, the project does not carry it."""

import os
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

NAME = "certifications-cdc-1.1.2.xsd"
BESIDE = Path(__file__).parents[3].parent / "shared" / "cdc" / NAME
PATH = Path(os.environ.get("TEST_CDC_SCHEMA") or BESIDE)

needs_schema = pytest.mark.skipif(
    not PATH.is_file(), reason=f"the CDC's schema is at neither TEST_CDC_SCHEMA nor ../shared/cdc/{NAME}"
)


@cache
def official_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(PATH)))


def errors_of(content: bytes) -> list[str]:
    schema = official_schema()
    schema.validate(etree.fromstring(content))
    return [entry.message for entry in schema.error_log]
