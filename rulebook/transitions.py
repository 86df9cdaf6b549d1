"""Permitted moves from state to state: tables to read, to test and to draw. What is not listed is refused."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from rulebook.outcomes import CertificateState, DeliberationState, EvaluationState, SessionState

State = TypeVar("State", bound=StrEnum)

SESSION: Mapping[SessionState, frozenset[SessionState]] = {
    SessionState.PREPARED: frozenset({SessionState.CONVENED}),
    SessionState.CONVENED: frozenset({SessionState.OPEN}),
    SessionState.OPEN: frozenset({SessionState.CLOSED}),
    SessionState.CLOSED: frozenset({SessionState.SEALED}),
    SessionState.SEALED: frozenset({SessionState.RATIFIED}),
    SessionState.RATIFIED: frozenset({SessionState.PUBLISHED}),
    SessionState.PUBLISHED: frozenset(),
}

DELIBERATION: Mapping[DeliberationState, frozenset[DeliberationState]] = {
    DeliberationState.PENDING: frozenset({DeliberationState.OPEN}),
    DeliberationState.OPEN: frozenset({DeliberationState.CLOSED, DeliberationState.LAPSED}),
    DeliberationState.CLOSED: frozenset({DeliberationState.DECIDED}),
    DeliberationState.DECIDED: frozenset(),
    DeliberationState.LAPSED: frozenset(),
}

EVALUATION: Mapping[EvaluationState, frozenset[EvaluationState]] = {
    EvaluationState.DRAFT: frozenset({EvaluationState.SUBMITTED}),
    EvaluationState.SUBMITTED: frozenset(),
}

CERTIFICATE: Mapping[CertificateState, frozenset[CertificateState]] = {
    CertificateState.RESERVED: frozenset({CertificateState.PUBLISHED}),
    CertificateState.PUBLISHED: frozenset({CertificateState.REPLACED, CertificateState.REVOKED}),
    CertificateState.REPLACED: frozenset(),
    CertificateState.REVOKED: frozenset(),
}


def may_move(table: Mapping[State, frozenset[State]], origin: State, target: State) -> bool:
    return target in table[origin]
