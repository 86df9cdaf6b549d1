from dataclasses import replace

import pytest

from rulebook.jury import JuryComposition
from rulebook.outcomes import ChannelCode, CollegeCode, RouteCode
from rulebook.verdict import Source

from .rncp31395 import ROUTES, STANDARD


def test_the_standard_of_the_sheet_holds_together():
    assert STANDARD.jury.total == STANDARD.quorum.out_of == 13
    assert {code for code, route in STANDARD.routes.items() if not route.is_open} == {
        RouteCode.STUDENT,
        RouteCode.INDIVIDUAL,
    }
    assert STANDARD.routes[RouteCode.VAE].plan == {ChannelCode.COMPANY, ChannelCode.PANEL}


def test_what_the_sheet_does_not_say_is_our_default():
    silent = (STANDARD.quorum, STANDARD.majority, STANDARD.recusal, *STANDARD.routes.values())

    assert {rule.source for rule in silent} == {Source.DEFAULT}
    assert STANDARD.appeal_source == STANDARD.rating_source == Source.DEFAULT
    assert STANDARD.composition.source == STANDARD.jury.source == Source.SHEET


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"jury": JuryComposition({CollegeCode.UNION: 12})}, "jury of 12", id="quorum-of-another-jury"),
        pytest.param({"routes": {RouteCode.VAE: ROUTES[RouteCode.STUDENT]}}, "filed under", id="misfiled-route"),
        pytest.param({"channels": frozenset({ChannelCode.PANEL})}, "plans channels", id="plan-without-its-channels"),
    ],
)
def test_a_standard_that_contradicts_itself_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(STANDARD, **changes)
