"""Which channels evaluate a refused block again, and when none does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.outcomes import BlockOutcome, ChannelCode
from rulebook.resit import ResitFacts, ResitRule, judge_resit
from rulebook.standard import Standard
from rulebook.verdict import CheckCode, Source
from tests.rulebook.rncp31395 import CHANNELS, STANDARD, VAE_PLAN

TRAINING, COMPANY, PANEL = ChannelCode
RULE = ResitRule(CHANNELS)
REFUSED = ResitFacts(
    "BC1",
    BlockOutcome.NOT_ACQUIRED,
    is_published=True,
    is_held=False,
    has_withdrawn=False,
    plan=CHANNELS,
    answering=CHANNELS,
)

OPENED = {
    "every channel of the plan": (REFUSED, RULE, CHANNELS),
    "no training organisation in VAE": (replace(REFUSED, plan=VAE_PLAN, answering=VAE_PLAN), RULE, VAE_PLAN),
    "the panel alone, by the standard": (REFUSED, ResitRule(frozenset({PANEL})), {PANEL}),
    "those not opened yet": (replace(REFUSED, answering=frozenset({COMPANY})), RULE, {COMPANY}),
}
CLOSED = {
    "acquired": (replace(REFUSED, outcome=BlockOutcome.ACQUIRED), RULE, CheckCode.RESIT_REFUSED),
    "sent back": (replace(REFUSED, outcome=BlockOutcome.DEFERRED), RULE, CheckCode.RESIT_REFUSED),
    "undecided": (replace(REFUSED, outcome=None), RULE, CheckCode.RESIT_REFUSED),
    "not published": (replace(REFUSED, is_published=False), RULE, CheckCode.RESIT_PUBLISHED),
    "held since": (replace(REFUSED, is_held=True), RULE, CheckCode.RESIT_NOT_HELD),
    "given up": (replace(REFUSED, has_withdrawn=True), RULE, CheckCode.RESIT_CANDIDATE),
    "no channel in the standard": (REFUSED, ResitRule(), CheckCode.RESIT_CHANNELS),
    "no channel of the plan": (replace(REFUSED, plan=VAE_PLAN), ResitRule({TRAINING}), CheckCode.RESIT_CHANNELS),
    "opened already": (replace(REFUSED, answering=frozenset()), RULE, CheckCode.RESIT_CLOSED),
}


@pytest.mark.parametrize(("facts", "rule", "channels"), OPENED.values(), ids=OPENED)
def test_a_refused_block_opens_again(facts, rule, channels):
    verdict = judge_resit(facts, rule)

    assert verdict.answer == channels
    assert verdict.reasons == ()


@pytest.mark.parametrize(("facts", "rule", "reason"), CLOSED.values(), ids=CLOSED)
def test_nothing_opens(facts, rule, reason):
    verdict = judge_resit(facts, rule)

    assert verdict.answer == frozenset()
    assert [check.code for check in verdict.reasons] == [reason]


channels = st.frozensets(st.sampled_from(list(ChannelCode)))


@given(channels, channels, channels)
def test_only_what_the_standard_the_route_and_the_answers_allow(rule, plan, answering):
    opened = judge_resit(replace(REFUSED, plan=plan, answering=answering), ResitRule(rule)).answer

    assert opened == rule & plan & answering


def test_the_source_is_the_rule_s():
    assert judge_resit(REFUSED, ResitRule(CHANNELS, Source.AGREEMENT)).check.source == Source.AGREEMENT


def test_a_standard_opens_no_channel_that_it_does_not_have():
    fields = {name: getattr(STANDARD, name) for name in Standard.__dataclass_fields__}

    with pytest.raises(ValueError, match="resits"):
        Standard(**fields | {"channels": VAE_PLAN, "routes": {}})
