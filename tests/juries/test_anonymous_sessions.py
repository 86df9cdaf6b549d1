"""A session with anonymous dossiers: a member meets no name but where conflicts are declared, and once sealed."""

import re
from datetime import date, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.models import Attachment
from juries import services
from juries.enums import SessionState
from juries.masking import heading_of, masked_minutes
from juries.models import JurySession
from tests.builders import evaluations as entry
from tests.builders import juries as build
from tests.builders.candidates import make_candidate, make_enrolment
from tests.builders.organisations import make_admin, make_company, make_training_organisation
from tests.builders.uploads import stored

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT
NAMES = ("Barthélemy", "Zoraïde", "Quintefeuille", "Courtage Vertumne", "Institut Pomone")
WRITTEN = f"{NAMES[1].upper()} est attendue chez Vertumne."
LINKS = re.compile(r'(?:href|hx-get)="(/jurys/[^"#?]*)')


_days = count(1)


def _born() -> date:
    """Two people of one name are told apart by it."""
    return date(1985, 1, 1) + timedelta(days=next(_days))


def anonymous(state: str = SessionState.OPEN, **fields) -> JurySession:
    organisation = make_training_organisation(name=NAMES[4])
    enrolments = [
        make_enrolment(
            candidate=make_candidate(
                birth_name=NAMES[0], usual_name=NAMES[2], first_names=NAMES[1], birth_date=_born()
            ),
            company=make_company(name=NAMES[3]),
            organisation=organisation,
        )
        for _ in range(2)
    ]
    for enrolment in enrolments:
        blocks = list(enrolment.enrolled_blocks.values_list("block__code", flat=True))
        entry.submit(
            enrolment, "BC1", "training", file=stored("quintefeuille.png"), comment=f"Mme {NAMES[2]} progresse."
        )
        entry.submit_all(
            enrolment, blocks=["BC1"], channels=["company", "panel"], comment=f"{NAMES[1].upper()} chez Vertumne"
        )
        entry.submit_all(enrolment, blocks=[code for code in blocks if code != "BC1"])
    return build.make_session(enrolments, state, masks_identity=True, **fields)


def met(client, session: JurySession) -> dict[str, str]:
    """Every page of the jury that their pages lead to, the home page among them."""
    pages: dict[str, str] = {}
    waiting = [reverse("home"), reverse("juries:session", args=[session.reference])]
    while waiting:
        path = waiting.pop()
        if path in pages:
            continue
        response = client.get(path, follow=True)
        pages[path] = response.content.decode(errors="replace") if response.status_code == 200 else ""
        waiting += [link for link in LINKS.findall(pages[path]) if session.reference in link]
    return pages


def told(pages: dict[str, str], words=NAMES) -> list[tuple[str, str]]:
    return [(path, word) for path, text in pages.items() for word in words if word.lower() in text.lower()]


@pytest.mark.parametrize("number", [1, 2, 5], ids=["chair", "vice-chair", "juror"])
def test_no_page_names_anybody(client, number: int):
    session = anonymous()
    services.open_votes(build.dossier_of(session), by=build.chair_of(session), at=AT)
    client.force_login(build.seat(session, number).sitting.user)

    pages = met(client, session)

    assert any("/dossiers/" in path for path in pages)
    assert any("Candidat n°\xa02" in text for text in pages.values())
    assert any("[masqué]" in text for text in pages.values())
    assert told(pages) == []


def test_the_same_pages_of_another_session_name_everybody(client):
    """Or the test above would look where nothing is said."""
    session = anonymous()
    JurySession.objects.filter(pk=session.pk).update(masks_identity=False)
    client.force_login(build.seat(session, 5).sitting.user)

    assert {word for _, word in told(met(client, session))} == set(NAMES[1:])  # the birth name is shown to no juror


def test_an_admin_who_sits_reads_numbers_there_and_names_on_their_own_pages(client):
    session = anonymous()
    admin = make_admin()
    member = build.seat(session, 5).member
    member.user = admin
    member.save()
    client.force_login(admin)
    address = reverse("juries:dossier", args=[session.reference, build.dossier_of(session).enrolment.reference])

    assert told({"dossier": client.get(address).content.decode()}) == []
    client.force_login(make_admin())
    assert told({"dossier": client.get(address).content.decode()}) != []


def test_whoever_declares_reads_names(client):
    session = anonymous(declared=False)
    client.force_login(build.seat(session, 5).sitting.user)

    page = client.get(reverse("juries:session", args=[session.reference])).content.decode()

    assert NAMES[2] in page


def test_files_are_kept_back_and_it_is_said_why(client):
    session = anonymous()
    enrolment = build.dossier_of(session).enrolment
    file = Attachment.objects.of(enrolment.enrolled_blocks.first().evaluations.all()).first()
    client.force_login(build.seat(session, 5).sitting.user)
    names = [session.reference, enrolment.reference]

    page = client.get(reverse("juries:dossier", args=names)).content.decode()
    answer = client.get(reverse("juries:attachment", args=[*names, file.pk]))

    assert answer.status_code == 404
    assert "1\xa0pièce jointe n’est pas montrée" in page
    assert "quintefeuille.png" not in page


def test_the_draft_of_the_minutes_names_nobody_and_the_sealed_ones_do(client):
    session = anonymous()
    build.deliberated(session)
    services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT)
    session.refresh_from_db()
    client.force_login(build.chair_of(session))
    address = reverse("juries:minutes", args=[session.reference])

    draft = client.get(address).content.decode()

    assert "Candidat n°\xa01" in draft
    assert told({"minutes": draft}) == []


def test_a_reason_written_in_the_draft_is_masked():
    session = anonymous()
    reference = build.dossier_of(session).enrolment.reference
    content = {
        "dossiers": [
            {"reference": reference, "name": NAMES[2], "blocks": [{"departure_reason": f"Mme {NAMES[2]} convainc."}]}
        ],
        "departures": [{"dossier": reference, "reason": f"{NAMES[3]} le confirme."}],
        "incidents": [f"Arrivée tardive de {NAMES[2]}."],
    }

    masked = masked_minutes(content, session, build.seat(session, 1))

    assert told({"minutes": str(masked)}) == []
    assert masked_minutes(content, session, None) is content


def test_one_place_names_a_dossier():
    session = anonymous()
    dossier = build.dossier_of(session, 2)

    assert heading_of(dossier, build.seat(session, 5)) == "Candidat n°\xa02"
    assert heading_of(dossier, None) == dossier.enrolment.candidate.display_name


def test_in_no_session_does_a_member_read_a_birth_nor_a_sex(client):
    candidate = make_candidate(birth_name="Zoile", usual_name="Quint", birth_place="Zanzibourg", sex="F")
    candidate.birth_date = date(1987, 3, 29)
    candidate.save()
    enrolment = make_enrolment(candidate=candidate)
    entry.submit_all(enrolment)
    session = build.make_session([enrolment])
    client.force_login(build.seat(session, 5).sitting.user)

    pages = met(client, session)

    assert told(pages, ["Quint"])
    assert (
        told(pages, ["Zanzibourg", "29 mars 1987", "29\xa0mars 1987", "29/03/1987", "1987-03-29", "née", "femme"]) == []
    )


def test_a_mask_asks_no_more_queries(client):
    counts = []
    for masked in (False, True):
        session = anonymous()
        JurySession.objects.filter(pk=session.pk).update(masks_identity=masked)
        client.force_login(build.seat(session, 5).sitting.user)
        dossier = build.dossier_of(session)
        address = reverse("juries:dossier", args=[session.reference, dossier.enrolment.reference])
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1]
