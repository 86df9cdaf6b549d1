"""The standard of RNCP31395 as the sheet gives it, with our defaults where the sheet is silent."""

from datetime import date

from rulebook.admissibility import ReplyRule
from rulebook.composition import Composition, Requirement
from rulebook.jury import JuryComposition, MajorityRule, QuorumRule, RecusalRule
from rulebook.outcomes import ChannelCode, CollegeCode, RouteCode
from rulebook.registration import Registration
from rulebook.resit import ResitRule
from rulebook.routes import Route
from rulebook.standard import Standard

MANDATORY = frozenset({"BC1", "BC2", "BC3", "BC4", "BC5"})
OPTIONAL = frozenset({"BC6", "BC7", "BC8"})
BLOCKS = MANDATORY | OPTIONAL

COMPOSITION = Composition(
    mandatory=Requirement.all_of(*MANDATORY),
    optional=Requirement.at_least(2, *OPTIONAL),
)

REGISTRATION_2009 = Registration(
    ordered_on=date(2009, 1, 28),
    published_on=date(2009, 2, 7),
    starts_on=date(2009, 2, 7),
    ends_on=date(2011, 2, 7),
    current_title=False,
)
REGISTRATION_2012 = Registration(
    ordered_on=date(2012, 4, 5),
    published_on=date(2012, 4, 14),
    starts_on=date(2011, 2, 7),
    ends_on=date(2015, 4, 14),
    current_title=False,
)
REGISTRATION_2018 = Registration(
    ordered_on=date(2018, 7, 30),
    published_on=date(2018, 8, 7),
    starts_on=date(2015, 4, 14),
    ends_on=date(2021, 8, 7),
)
REGISTRATIONS = (REGISTRATION_2009, REGISTRATION_2012, REGISTRATION_2018)

CHANNELS = frozenset(ChannelCode)
VAE_PLAN = frozenset({ChannelCode.COMPANY, ChannelCode.PANEL})
CLOSED = {RouteCode.STUDENT, RouteCode.INDIVIDUAL}
ROUTES = {
    code: Route(code, is_open=code not in CLOSED, plan=VAE_PLAN if code == RouteCode.VAE else CHANNELS)
    for code in RouteCode
}

JURY = JuryComposition({CollegeCode.UNION: 5, CollegeCode.EMPLOYER: 5, CollegeCode.EXPERT: 2, CollegeCode.TRAINING: 1})
SEATS = tuple(college for college, seats in JURY.seats.items() for _ in range(seats))
QUORUM = QuorumRule(minimum=7, out_of=13, colleges=frozenset({CollegeCode.UNION, CollegeCode.EMPLOYER}))

VAE_REPLY = ReplyRule(months=2, reference="code de l’éducation, R335-7")

STANDARD = Standard(
    composition=COMPOSITION,
    channels=CHANNELS,
    routes=ROUTES,
    jury=JURY,
    quorum=QUORUM,
    majority=MajorityRule(),
    recusal=RecusalRule(),
    registrations=REGISTRATIONS,
    appeal_months=2,
    vae_reply=VAE_REPLY,
    resit=ResitRule(CHANNELS),
)
