"""A believable branch between 2020 and 2022, told through the services that its people would have used.

Two organisations and four companies train some thirty candidates by every open route. One session of the jury has been
held, ratified and published; one is sitting, its thirteen members present; one lacks its quorum on a dossier; one is
convened for a day to come, and one votes in writing.
"""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from blocks.enums import ChannelCode, RouteCode
from blocks.models import Block
from candidates.enums import Initiative
from candidates.models import Candidate, Cohort, Enrolment
from candidates.services import create_cohort, enrol, invite_referent, record_acquired_block, withdraw
from certificates.pipeline import to_issue
from certificates.services import issue_block_statement, issue_certificate
from evaluations.enums import Rating
from evaluations.models import Evaluation
from evaluations.services import assign_panel, reopen
from juries.services import erase_ballots
from organisations.models import AwardingBody, Company, TrainingOrganisation

from .adapting import granted, to_decide
from .branch import found_branch
from .experience import admission_day, admitted, under_way
from .fiction import People
from .files import printed
from .learning import Assessors, Progress, cells
from .sittings import concluded, convened, convened_in_writing

OPTIONS = (("BC6", "BC7"), ("BC6", "BC8"), ("BC7", "BC8"))
BLOCKS = tuple(f"BC{number}" for number in range(1, 9))
INITIATIVES = {
    RouteCode.APPRENTICESHIP: Initiative.EMPLOYER,
    RouteCode.PROFESSIONALISATION_CONTRACT: Initiative.EMPLOYER,
    RouteCode.VAE: Initiative.HOLDER,
}
REFUSED, RESERVED = Rating.NOT_ACQUIRED, Rating.PARTIALLY_ACQUIRED
REOPENED = "L’organisme signale que la note de l’oral a été reportée sur la ligne de l’écrit."
ISSUED_AT = datetime(2021, 7, 23, 9, 0, tzinfo=UTC)
APPEALS_OVER = datetime(2021, 9, 20, 2, 40, tzinfo=UTC)  # of the first session: two months after its publication


class Story:
    def __init__(self, awarding_body: AwardingBody, *, seed: int) -> None:
        self._draw = random.Random(seed)  # noqa: S311  (fiction, told again the same way)
        self._people = People(self._draw)
        self.branch = found_branch(awarding_body)
        self._assessors = Assessors(self.branch, self._draw)
        self._options = 0

    # The cohorts

    def cohort(self, name: str, organisation: TrainingOrganisation | None, starts_on: date) -> Cohort:
        ends_on = starts_on + timedelta(days=300)
        return create_cohort(
            name=name,
            starts_on=starts_on,
            ends_on=ends_on,
            organisation=organisation,
            deadlines={channel: ends_on - timedelta(days=30) for channel in ChannelCode},
            by=self.branch.admin,
            at=_morning(starts_on - timedelta(days=20)),
        )

    def enrolled(
        self,
        cohort: Cohort,
        route: RouteCode,
        *,
        company: int | None = None,
        entered_on: date | None = None,
        options: tuple[str, str] | None = None,
        assessor: str | None = "panel.a",
        by_silence: bool = False,
        email: str = "",
    ) -> Enrolment:
        """By the cohort's organisation, or by the secretariat for a VAE; in the hands of a panel assessor, if any.

        A VAE goes through its request first, admitted by a decision or `by_silence`.
        """
        entered_on = entered_on or cohort.starts_on + timedelta(days=self._draw.randrange(10))
        organisation = cohort.training_organisation
        employer = self._company(company)
        identity, admissibility = self._people.next(), None
        if route == RouteCode.VAE:
            admissibility = admitted(self.branch, identity, on=entered_on, by_silence=by_silence)
            entered_on = admission_day(admissibility)
        enrolment = enrol(
            identity,
            route=route,
            admissibility=admissibility,
            entered_on=entered_on,
            options=options or self._next_options(),
            organisation=organisation,
            company=employer,
            referent=self.branch.referent_of(employer),
            cohort=cohort,
            initiative=INITIATIVES.get(RouteCode(route), Initiative.TRAINING_ORGANISATION),
            email=email,
            by=self.branch.secretary_of(organisation),
            at=_morning(entered_on + timedelta(days=1)),
        )
        if assessor:
            assign_panel(
                Enrolment.objects.filter(pk=enrolment.pk),
                assessor=self.branch.people[assessor],
                by=self.branch.admin,
                at=_morning(entered_on + timedelta(days=2)),
            )
        return Enrolment.objects.select_related("candidate", "route", "version", "referent", "panel_assignment").get(
            pk=enrolment.pk
        )

    def evaluated(self, enrolment: Enrolment, *, on: date, progress: Progress | None = None) -> Enrolment:
        self._assessors.evaluate(enrolment, progress or Progress(), on=on)
        return enrolment

    def held_already(self, candidate: Candidate, block: str, enrolment: Enrolment, *, evidence: str) -> None:
        catalogue_block = Block.objects.get(version=enrolment.version, code=block).catalogue_block
        record_acquired_block(
            candidate,
            catalogue_block,
            acquired_on=date(2019, 6, 28),
            evidence=evidence,
            by=self.branch.admin,
            at=_morning(enrolment.entered_on + timedelta(days=3)),
        )

    def _company(self, index: int | None) -> Company:
        companies = self.branch.companies
        return companies[self._draw.randrange(1, len(companies)) if index is None else index]

    def _next_options(self) -> tuple[str, str]:
        self._options += 1
        return OPTIONS[self._options % len(OPTIONS)]

    def told(self, *, extra: int, today: date) -> None:
        """The whole of it; `extra` enrolments come on top, at every stage of their evaluation.

        Only what a clock runs for is of `today`, else it would have run out long ago: the requests for VAE, the adapted
        exams, whose evidence is erased once it has served, a reopened evaluation, due on a day to come, a session that
        members are still answering to, and a vote in writing.
        """
        lyon = self.cohort("Lyon, rentrée 2020", self.branch.lyon, date(2020, 9, 14))
        paris = self.cohort("Paris, rentrée 2020", self.branch.paris, date(2020, 10, 5))
        vae = self.cohort("VAE 2020", None, date(2020, 11, 2))
        late = self.cohort("Lyon, rentrée 2021", self.branch.lyon, date(2021, 9, 13))
        self._published_session(lyon, paris, vae)
        self._sitting_session(lyon, paris, vae)
        self._session_without_quorum(lyon, paris)
        self._under_evaluation(lyon, paris, vae, late, today=today)
        self._others([lyon, paris, late], extra)
        under_way(self.branch, self._people, today=today)
        self._convened_session(paris, vae, today=today)
        self._written_session(paris, vae, today=today)

    def _published_session(self, lyon: Cohort, paris: Cohort, vae: Cohort) -> None:
        """Five full awards, one left to issue; two partial ones; one refusal; a block carried over."""
        on = date(2021, 6, 11)
        full = [
            self.evaluated(self.enrolled(lyon, RouteCode.APPRENTICESHIP, email="candidat.a@demo.example"), on=on),
            self.evaluated(self.enrolled(lyon, RouteCode.APPRENTICESHIP, email="candidat.b@demo.example"), on=on),
            self.evaluated(self.enrolled(paris, RouteCode.PROFESSIONALISATION_CONTRACT), on=on),
            self.evaluated(self.enrolled(paris, RouteCode.CONTINUING_TRAINING, assessor="panel.b"), on=on),
            self.evaluated(self.enrolled(vae, RouteCode.VAE), on=on),
        ]
        carried = self.enrolled(lyon, RouteCode.APPRENTICESHIP)
        self.held_already(
            carried.candidate, "BC2", carried, evidence="Attestation de bloc délivrée par la CSCA le 28 juin 2019."
        )
        self.evaluated(carried, on=on)
        partial = self._with_weakness(paris, RouteCode.PROFESSIONALISATION_CONTRACT, ("BC4", "BC5"), REFUSED, on=on)
        wrong_options = self._seven_blocks_without_bc5(lyon, on=on)
        refused = self._with_weakness(lyon, RouteCode.APPRENTICESHIP, BLOCKS, REFUSED, on=on)
        agenda = [*full, carried, partial, wrong_options, refused]
        sitting = convened(self.branch, agenda, on=date(2021, 7, 7), place="CSCA, 10 rue Auber, Paris")
        session = concluded(sitting.opened())
        self._issue_papers(partial)
        erase_ballots(session, at=APPEALS_OVER)

    def _with_weakness(
        self, cohort: Cohort, route: RouteCode, blocks: Sequence[str], rating: Rating, *, on: date
    ) -> Enrolment:
        """The three channels agree that these blocks are not acquired, or not quite."""
        weak = dict.fromkeys(cells(blocks), rating)
        return self.evaluated(self.enrolled(cohort, route), on=on, progress=Progress(weak=weak))

    def _seven_blocks_without_bc5(self, cohort: Cohort, *, on: date) -> Enrolment:
        """Seven blocks of eight, and no certificate: BC5 is refused, a third option held already replaces nothing."""
        enrolment = self.enrolled(cohort, RouteCode.APPRENTICESHIP, options=("BC6", "BC7"))
        self.held_already(
            enrolment.candidate, "BC8", enrolment, evidence="Attestation de bloc délivrée par la CSCA le 28 juin 2019."
        )
        weak = dict.fromkeys(cells(["BC5"]), REFUSED)
        return self.evaluated(enrolment, on=on, progress=Progress(weak=weak))

    def _issue_papers(self, partial: Enrolment) -> None:
        """All the certificates that are due but the last, and a statement of each block of a partial award."""
        due = list(to_issue())
        for enrolment in due[:-1]:
            issue_certificate(enrolment, by=self.branch.admin, at=ISSUED_AT)
        held = partial.candidate.acquired_blocks.values("catalogue_block")
        for block in partial.version.blocks.filter(catalogue_block__in=held).order_by("position"):
            issue_block_statement(partial, block, by=self.branch.admin, at=ISSUED_AT)

    def _sitting_session(self, lyon: Cohort, paris: Cohort, vae: Cohort) -> None:
        """Everybody is present; two members have still to declare their conflicts; the first vote is open."""
        on = date(2021, 9, 24)
        diverging = {("BC1", ChannelCode.COMPANY): REFUSED, ("BC4", ChannelCode.PANEL): RESERVED}
        interview = printed(
            "grille-d-entretien.pdf",
            "Grille d’entretien, bloc BC1",
            "Le candidat a conduit l’entretien de découverte puis en a rendu compte par écrit.",
            "Document fictif, fait pour la démonstration.",
        )
        with_file = Progress(weak=diverging, files={("BC1", ChannelCode.TRAINING): interview})
        disagreeing = {("BC3", ChannelCode.PANEL): REFUSED, ("BC5", ChannelCode.TRAINING): RESERVED}
        agenda = [
            self.evaluated(self.enrolled(lyon, RouteCode.APPRENTICESHIP), on=on, progress=with_file),
            self.evaluated(self.enrolled(lyon, RouteCode.APPRENTICESHIP, company=0), on=on),
            self.evaluated(self.enrolled(paris, RouteCode.PROFESSIONALISATION_CONTRACT, assessor="panel.b"), on=on),
            self.evaluated(
                self.enrolled(paris, RouteCode.CONTINUING_TRAINING, assessor="panel.b"),
                on=on,
                progress=Progress(weak=disagreeing),
            ),
            self.evaluated(self.enrolled(vae, RouteCode.VAE, assessor="panel.b", by_silence=True), on=on),
            self.evaluated(
                self.enrolled(lyon, RouteCode.APPRENTICESHIP),
                on=on,
                progress=Progress(silent=cells(["BC5"], ChannelCode.PANEL)),
            ),
        ]
        sitting = convened(self.branch, agenda, on=date(2021, 10, 20), place="CSCA et visioconférence")
        sitting.opened(declared=[number for number in range(1, 14) if number not in {2, 7}])
        sitting.begun()

    def _session_without_quorum(self, lyon: Cohort, paris: Cohort) -> None:
        """Eight members came; two are recused from the first dossier, and six are too few."""
        on = date(2021, 10, 15)
        agenda = [
            self.evaluated(self.enrolled(lyon, RouteCode.APPRENTICESHIP, company=0), on=on),
            self.evaluated(self.enrolled(paris, RouteCode.CONTINUING_TRAINING), on=on),
        ]
        sitting = convened(self.branch, agenda, on=date(2021, 11, 17), place="CSCA, 10 rue Auber, Paris")
        sitting.opened(present=[1, 2, 3, 6, 7, 8, 11, 13], declared=[1, 2, 3, 6, 7, 8, 11, 13])

    def _convened_session(self, paris: Cohort, vae: Cohort, *, today: date) -> None:
        """In eighteen days: nine members come, one does not and has no substitute yet, three have not answered."""
        on = date(2021, 10, 29)
        agenda = [
            self.evaluated(self.enrolled(paris, RouteCode.CONTINUING_TRAINING), on=on),
            self.evaluated(self.enrolled(vae, RouteCode.VAE), on=on),
        ]
        held_on = today + timedelta(days=18)
        sitting = convened(self.branch, agenda, on=held_on, place="CSCA et visioconférence")
        sitting.answered([1, 2, 3, 4, 6, 7, 8, 11, 13], [9], at=_morning(today - timedelta(days=2)))

    def _written_session(self, paris: Cohort, vae: Cohort, *, today: date) -> None:
        """For five days yet: five members have voted, the quorum is not there."""
        on = date(2021, 10, 29)
        diverging = Progress(weak={("BC2", ChannelCode.COMPANY): REFUSED})
        agenda = [
            self.evaluated(self.enrolled(paris, RouteCode.PROFESSIONALISATION_CONTRACT), on=on, progress=diverging),
            self.evaluated(self.enrolled(vae, RouteCode.VAE), on=on),
        ]
        sitting = convened_in_writing(self.branch, agenda, opens_on=today - timedelta(days=2), days=7)
        sitting.written(voting=[3, 4, 8, 9, 12])

    def _under_evaluation(self, lyon: Cohort, paris: Cohort, vae: Cohort, late: Cohort, *, today: date) -> None:
        """Every stage before the jury: nothing yet, a draft, one channel, all but one, everything."""
        on = date(2021, 10, 29)
        training, company, panel = ChannelCode
        case_study = printed(
            "etude-de-cas.pdf",
            "Étude de cas, bloc BC1",
            "Copie remise.",
            "Document fictif, fait pour la démonstration.",
        )
        begun = Progress(
            silent=cells(BLOCKS[1:]), drafts=cells(["BC1"], training), files={("BC1", training): case_study}
        )
        stages = [
            (lyon, RouteCode.APPRENTICESHIP, 0, Progress(silent=cells(BLOCKS))),
            (lyon, RouteCode.APPRENTICESHIP, 0, Progress(silent=cells(BLOCKS, company, panel))),
            (lyon, RouteCode.PROFESSIONALISATION_CONTRACT, 1, Progress(silent=cells(BLOCKS, panel))),
            (paris, RouteCode.PROFESSIONALISATION_CONTRACT, 1, Progress(silent=cells(["BC4"], panel))),
            (paris, RouteCode.CONTINUING_TRAINING, 2, begun),
            (paris, RouteCode.CONTINUING_TRAINING, 3, Progress()),
            (vae, RouteCode.VAE, 2, Progress(silent=cells(BLOCKS, panel))),
            (vae, RouteCode.VAE, 3, Progress()),
            (late, RouteCode.APPRENTICESHIP, 0, Progress(silent=cells(BLOCKS[3:]))),
            (late, RouteCode.APPRENTICESHIP, 1, Progress(silent=cells(BLOCKS))),
            (late, RouteCode.PROFESSIONALISATION_CONTRACT, 2, Progress(silent=cells(BLOCKS, company, panel))),
        ]
        told = []
        for number, (cohort, route, employer, progress) in enumerate(stages):
            assessor = (
                None if number == len(stages) - 1 else ("panel.a", "panel.b")[number % 2]
            )  # The last has none yet.
            enrolment = self.enrolled(cohort, route, company=employer, assessor=assessor)
            self.evaluated(enrolment, on=max(on, cohort.starts_on + timedelta(days=40)), progress=progress)
            if progress.silent == cells(BLOCKS) and cohort == late:
                self._followed_by_link(enrolment)
            told.append(enrolment)
        granted(self.branch, told[2], today=today)
        self._reopened(told[3], "BC2", training, today=today)
        to_decide(self.branch, told[4], today=today)
        gone = self.enrolled(paris, RouteCode.CONTINUING_TRAINING, company=1)
        withdraw(gone, on=date(2021, 2, 1), by=self.branch.people["of.paris"], at=_morning(date(2021, 2, 2)))

    def _reopened(self, enrolment: Enrolment, block: str, channel: ChannelCode, *, today: date) -> None:
        """Two days ago, to be given again within ten."""
        reopen(
            Evaluation.objects.heard().get(
                enrolled_block__enrolment=enrolment, enrolled_block__block__code=block, channel__code=channel
            ),
            reason=REOPENED,
            due_on=today + timedelta(days=10),
            by=self.branch.admin,
            at=_morning(today - timedelta(days=2)),
        )

    def _followed_by_link(self, enrolment: Enrolment) -> None:
        """Somebody without a password, invited just now: the link is in the trial's mails."""
        invite_referent(
            Enrolment.objects.filter(pk=enrolment.pk),
            email="karim.haddad@demo.example",
            first_name="Karim",
            last_name="Haddad",
            by=self.branch.people["of.lyon"],
            at=timezone.now(),
        )

    def _others(self, cohorts: Sequence[Cohort], count: int) -> None:
        routes = (RouteCode.APPRENTICESHIP, RouteCode.CONTINUING_TRAINING, RouteCode.PROFESSIONALISATION_CONTRACT)
        for number in range(count):
            cohort = cohorts[number % len(cohorts)]
            enrolment = self.enrolled(cohort, routes[number % len(routes)], assessor=("panel.a", "panel.b")[number % 2])
            progress = Progress(silent=cells(BLOCKS[self._draw.randrange(9) :]))
            self.evaluated(enrolment, on=cohort.starts_on + timedelta(days=90), progress=progress)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8, 30), UTC)
