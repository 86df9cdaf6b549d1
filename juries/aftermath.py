"""After the publication: what resits a session leaves to open, and what those who followed a candidate may read."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from blocks.enums import ChannelCode, Parameter
from blocks.french import day, join
from blocks.sentences import sentence
from blocks.sentences.rules import rule_in_words
from candidates.models import Enrolment
from evaluations.enums import Opinion
from evaluations.models import Reopening
from organisations.permissions import Access
from rulebook.verdict import CheckCode

from .enums import BlockOutcome, DeliberationState, SessionState
from .facts import Resit, resits_of
from .models import Deliberation, Dossier, JurySession
from .permissions import may_read_opinions


@dataclass(frozen=True, slots=True)
class ResitBlock:
    """A refused block in the list of its session."""

    code: str
    words: str
    kind: str
    icon: str


@dataclass(frozen=True, slots=True)
class ResitLine:
    """A candidate of whom the session refused blocks."""

    dossier: Dossier
    blocks: tuple[ResitBlock, ...]
    may_open: bool

    @property
    def key(self) -> str:
        return str(self.dossier.pk)


@dataclass(frozen=True, slots=True)
class ResitRuleLine:
    words: str
    source: str
    reference: str


def resit_lines(session: JurySession, dossiers: Iterable[Dossier]) -> list[ResitLine]:
    resits = resits_of(session, dossiers)
    blocks = {resit.deliberation.enrolled_block_id for resit in resits}
    reopened = Reopening.objects.filter(evaluation__enrolled_block__in=blocks, opened_at__gte=session.published_at)
    due_on = dict(reopened.order_by("opened_at").values_list("evaluation__enrolled_block", "due_on"))
    by_dossier: defaultdict[Dossier, list[Resit]] = defaultdict(list)
    for resit in resits:
        by_dossier[resit.deliberation.dossier].append(resit)
    return [
        ResitLine(
            dossier,
            tuple(_resit_block(resit, due_on.get(resit.deliberation.enrolled_block_id)) for resit in rows),
            may_open=any(resit.evaluations for resit in rows),
        )
        for dossier, rows in by_dossier.items()
    ]


def _resit_block(resit: Resit, due_on: date | None) -> ResitBlock:
    code = resit.deliberation.code
    if resit.evaluations:
        return ResitBlock(code, f"à ouvrir{_unless_all(resit)}", "attention", "")
    reason = resit.verdict.reasons[0]
    if reason.code == CheckCode.RESIT_CLOSED and due_on:
        return ResitBlock(code, f"ouvert, à rendre pour le {day(due_on)}", "ok", "repeat")
    return ResitBlock(code, sentence(reason).rstrip("."), "neutral", "")


def _unless_all(resit: Resit) -> str:
    """The channels, when they are not all those of the route's plan."""
    channels = [ChannelCode(row.channel.code) for row in resit.evaluations]
    if len(channels) == len(resit.enrolment.route.plan.all()):
        return ""
    return f" : {join([str(channel.label) for channel in channels])}"


def resit_rule(session: JurySession) -> ResitRuleLine | None:
    """As the standard words it; None when it does not say."""
    rule = session.version.parameters.filter(key=Parameter.RESIT_CHANNELS).first()
    return (
        ResitRuleLine(rule_in_words(Parameter.RESIT_CHANNELS, rule.value), rule.source, rule.reference)
        if rule
        else None
    )


# What is read of one enrolment


@dataclass(frozen=True, slots=True)
class PublishedOpinion:
    channel: ChannelCode
    opinion: Opinion

    @property
    def label(self) -> str:
        return str(self.channel.label)


@dataclass(frozen=True, slots=True)
class PublishedBlock:
    """What was decided of a block, and what the jury had heard of each channel; no opinion to who may read none."""

    deliberation: Deliberation
    outcome: BlockOutcome
    opinions: tuple[PublishedOpinion, ...]


@dataclass(frozen=True, slots=True)
class PublishedSession:
    session: JurySession
    blocks: tuple[PublishedBlock, ...]


def results_of(enrolment: Enrolment, access: Access) -> list[PublishedSession]:
    """The latest first. What is not published is not there, decided or not."""
    shows_opinions = may_read_opinions(access, enrolment)
    rows = (
        Deliberation.objects.filter(
            dossier__enrolment=enrolment,
            dossier__session__state=SessionState.PUBLISHED,
            state=DeliberationState.DECIDED,
        )
        .select_related("dossier__session__ratification", "enrolled_block__block", "ratification_exception")
        .order_by("-dossier__session__published_at", "-dossier__session", "enrolled_block__block__position")
    )
    sessions: dict[JurySession, list[PublishedBlock]] = {}
    for row in rows:
        sessions.setdefault(row.dossier.session, []).append(_published(row, shows_opinions=shows_opinions))
    return [PublishedSession(session, tuple(blocks)) for session, blocks in sessions.items()]


def _published(deliberation: Deliberation, *, shows_opinions: bool) -> PublishedBlock:
    is_sent_back = hasattr(deliberation, "ratification_exception")
    heard = deliberation.opinions if shows_opinions else {}
    return PublishedBlock(
        deliberation,
        BlockOutcome.DEFERRED if is_sent_back else BlockOutcome(str(deliberation.outcome)),
        tuple(PublishedOpinion(channel, Opinion(heard[channel])) for channel in ChannelCode if channel in heard),
    )
