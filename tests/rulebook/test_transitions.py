from itertools import pairwise

import pytest

from rulebook.outcomes import CertificateState, DeliberationState, EvaluationState, SessionState
from rulebook.transitions import CERTIFICATE, DELIBERATION, EVALUATION, SESSION, may_move

DELIBERATIONS = {
    (DeliberationState.PENDING, DeliberationState.OPEN),
    (DeliberationState.OPEN, DeliberationState.CLOSED),
    (DeliberationState.OPEN, DeliberationState.LAPSED),
    (DeliberationState.CLOSED, DeliberationState.DECIDED),
}
TABLES = [
    pytest.param(SESSION, SessionState, set(pairwise(SessionState)), id="session"),
    pytest.param(DELIBERATION, DeliberationState, DELIBERATIONS, id="deliberation"),
    pytest.param(EVALUATION, EvaluationState, {(EvaluationState.DRAFT, EvaluationState.SUBMITTED)}, id="evaluation"),
    pytest.param(
        CERTIFICATE,
        CertificateState,
        {
            (CertificateState.RESERVED, CertificateState.PUBLISHED),
            (CertificateState.PUBLISHED, CertificateState.REPLACED),
            (CertificateState.PUBLISHED, CertificateState.REVOKED),
        },
        id="certificate",
    ),
]


@pytest.mark.parametrize(("table", "states", "moves"), TABLES)
def test_these_moves_are_permitted_and_no_others(table, states, moves):
    assert {(origin, target) for origin in states for target in states if may_move(table, origin, target)} == moves


@pytest.mark.parametrize(("table", "states", "moves"), TABLES)
def test_nothing_ever_comes_back(table, states, moves):
    order = list(states)

    assert all(order.index(origin) < order.index(target) for origin, target in moves)
    assert set(table) == set(states)
