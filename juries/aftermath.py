"""After the publication: resits to open, letters to send, and what those who followed a candidate may read."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.enums import TextChoices

from accounts.models import User
from blocks.enums import ChannelCode, Parameter
from blocks.french import day, join
from blocks.sentences import sentence
from blocks.sentences.rules import rule_in_words
from candidates.models import Enrolment
from correspondence.enums import MailState
from correspondence.models import UNFINISHED, Mail
from evaluations.enums import Opinion
from evaluations.models import Reopening
from organisations.permissions import Access
from rulebook.verdict import CheckCode

from .enums import BlockOutcome, DeliberationState, LetterKind, PaperKind, SessionState
from .facts import Resit, appeal_deadline, resits_of
from .models import (
    Appeal,
    BallotErasure,
    Deliberation,
    Dossier,
    JurySession,
    RatificationException,
    SessionPaper,
    SessionPaperFile,
)
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


# The letters, the appeals


class Sending(TextChoices):
    """How a letter reaches its candidate."""

    SENT = "sent", "envoyée"
    WAITING = "waiting", "en cours d’envoi"
    FAILED = "failed", "non partie, à envoyer par courrier"
    TO_PRINT = "to_print", "à envoyer par courrier"

    @property
    def is_on_paper(self) -> bool:
        return self in {Sending.FAILED, Sending.TO_PRINT}


@dataclass(frozen=True, slots=True)
class LetterLine:
    """The letter of a candidate in the list of its session."""

    dossier: Dossier
    kind: LetterKind
    sending: Sending
    sent_at: datetime | None
    is_drawn: bool


@dataclass(frozen=True, slots=True)
class Letters:
    lines: tuple[LetterLine, ...]

    @property
    def on_paper(self) -> int:
        return sum(line.sending.is_on_paper for line in self.lines)

    @property
    def are_drawn(self) -> bool:
        """All of those to print: the one file has them all, or does not exist yet."""
        return all(line.is_drawn for line in self.lines if line.sending.is_on_paper)


def letters_of(session: JurySession, user: User) -> Letters:
    """Four queries, however many the dossiers."""
    papers = list(
        _letters(session, user)
        .annotate(is_drawn=Exists(SessionPaperFile.objects.filter(paper=OuterRef("pk"))))
        .select_related("dossier__enrolment__candidate")
        .order_by("dossier__position")
    )
    mails = _mails(papers)
    return Letters(tuple(_letter_line(paper, mails.get(paper.result_mail_key)) for paper in papers))


def letters_to_print(session: JurySession, user: User) -> list[SessionPaper]:
    papers = list(_letters(session, user))
    mails = _mails(papers)
    return [paper for paper in papers if _sending(mails.get(paper.result_mail_key)).is_on_paper]


def _letters(session: JurySession, user: User) -> QuerySet[SessionPaper]:
    """Of the dossiers that the reader sees."""
    dossiers = Dossier.objects.visible_to(user).filter(session=session)
    return SessionPaper.objects.filter(kind=PaperKind.LETTER, dossier__in=dossiers)


def _mails(papers: Iterable[SessionPaper]) -> dict[str, Mail]:
    return {mail.key: mail for mail in Mail.objects.filter(key__in=[paper.result_mail_key for paper in papers])}


def _letter_line(paper: SessionPaper, mail: Mail | None) -> LetterLine:
    assert paper.dossier is not None  # A letter is about one.  # noqa: S101
    return LetterLine(
        dossier=paper.dossier,
        kind=LetterKind(paper.context["kind"]),
        sending=_sending(mail),
        sent_at=mail.sent_at if mail else None,
        is_drawn=paper.is_drawn,  # type: ignore[attr-defined]
    )


def _sending(mail: Mail | None) -> Sending:
    if mail is None:
        return Sending.TO_PRINT
    if mail.state in UNFINISHED:
        return Sending.WAITING
    return Sending.SENT if mail.state == MailState.SENT else Sending.FAILED


def contestable(dossier: Dossier) -> list[Deliberation]:
    """What the jury refused in this dossier, and the CPNEFP did not send back."""
    refused = dossier.deliberations.filter(outcome=BlockOutcome.NOT_ACQUIRED, ratification_exception__isnull=True)
    return list(refused.select_related("enrolled_block__block").order_by("enrolled_block__block__position"))


def aftermath_of(session: JurySession, user: User) -> dict[str, Any]:
    """What the page of the session says of it once the CPNEFP has decided, then once it is published."""
    dossiers = Dossier.objects.visible_to(user).filter(session=session)
    sent_back = RatificationException.objects.filter(deliberation__dossier__in=dossiers)
    context: dict[str, Any] = {
        "sent_back": sent_back.select_related(
            "deliberation__dossier__enrolment__candidate", "deliberation__enrolled_block__block"
        ).order_by("deliberation__dossier__position", "deliberation__enrolled_block__block__position")
    }
    if not session.is_published:
        return context
    appeals = Appeal.objects.filter(dossier__in=dossiers)
    return context | {
        "letters": letters_of(session, user),
        "appeals": appeals.select_related("dossier__enrolment__candidate").order_by("received_on", "pk"),
        "appeal_deadline": appeal_deadline(session),
        "erasure": BallotErasure.objects.filter(session=session).first(),
    }
