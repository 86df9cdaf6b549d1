"""What a jury may never do, held by the database (DESIGN §6.1, 3, 4, 5)."""

from journal.guards import Guard

_WRONG_SEATS = (
    "EXISTS (SELECT 1 FROM blocks_jurycollege c WHERE c.version_id = NEW.version_id AND c.seats <> "
    "(SELECT COUNT(*) FROM juries_seat s WHERE s.session_id = NEW.id AND s.college = c.code)) "
    "OR NOT EXISTS (SELECT 1 FROM juries_seat s WHERE s.session_id = NEW.id AND s.is_chair)"
)
_CONVENED = "EXISTS (SELECT 1 FROM juries_jurysession s WHERE s.id = {row}.session_id AND s.state <> 'prepared')"
_SEALED = (
    "EXISTS (SELECT 1 FROM juries_jurysession s WHERE s.id = OLD.session_id "
    "AND s.state IN ('sealed', 'ratified', 'published'))"
)
_IN_OPEN_SESSION = (
    "EXISTS (SELECT 1 FROM juries_dossier f JOIN juries_jurysession s ON s.id = f.session_id "
    "WHERE f.id = NEW.dossier_id AND s.state = 'open')"
)
_MAY_VOTE = (
    "EXISTS (SELECT 1 FROM juries_deliberation d JOIN juries_dossier f ON f.id = d.dossier_id "
    "JOIN juries_seat s ON s.session_id = f.session_id WHERE d.id = NEW.deliberation_id AND s.id = NEW.seat_id "
    "AND d.state = 'open' AND s.presence = 'present' AND NOT EXISTS "
    "(SELECT 1 FROM juries_recusal r WHERE r.dossier_id = f.id AND r.seat_id = s.id))"
)


_OF_REOPENED = (
    "FROM juries_deliberation d JOIN evaluations_evaluation e ON e.enrolled_block_id = d.enrolled_block_id "
    "JOIN juries_dossier f ON f.id = d.dossier_id JOIN juries_jurysession s ON s.id = f.session_id "
    "WHERE e.id = NEW.evaluation_id"
)
_PUBLISHED_REFUSAL = (
    f"EXISTS (SELECT 1 {_OF_REOPENED} AND d.state = 'decided' AND d.outcome = 'not_acquired' AND s.state = 'published' "
    "AND e.submitted_at <= d.opened_at AND NOT EXISTS "
    "(SELECT 1 FROM juries_ratificationexception x WHERE x.deliberation_id = d.id))"
)


def ratified_acquisition(row: str) -> str:
    """SQL for “the jury decided it, published, and the CPNEFP has not sent it back” of a `candidates_acquiredblock`."""
    return (
        "EXISTS (SELECT 1 FROM juries_deliberation d JOIN juries_dossier f ON f.id = d.dossier_id "
        "JOIN juries_jurysession s ON s.id = f.session_id JOIN juries_minutes m ON m.session_id = s.id "
        "JOIN juries_ratification r ON r.session_id = s.id JOIN candidates_enrolment e ON e.id = f.enrolment_id "
        "JOIN candidates_enrolledblock k ON k.id = d.enrolled_block_id JOIN blocks_block b ON b.id = k.block_id "
        f"WHERE d.enrolled_block_id = {row}.enrolled_block_id AND d.state = 'decided' AND d.outcome = 'acquired' "
        f"AND s.state = 'published' AND e.candidate_id = {row}.candidate_id "
        f"AND b.catalogue_block_id = {row}.catalogue_block_id "
        "AND NOT EXISTS (SELECT 1 FROM juries_ratificationexception x WHERE x.deliberation_id = d.id))"
    )


def _append_only(table: str, message: str) -> Guard:
    return Guard(name=table, table=table, events=("UPDATE", "DELETE"), message=message)


GUARDS = (
    Guard(
        name="juries_session_seats",
        table="juries_jurysession",
        events=("INSERT", "UPDATE"),
        message="Un jury compte exactement treize sièges, 5/5/2/1, et un président avant d’être convoqué.",
        condition=f"NEW.state <> 'prepared' AND ({_WRONG_SEATS})",
    ),
    Guard(
        name="juries_session_undecided",
        table="juries_jurysession",
        events=("UPDATE",),
        message="Un vote est ouvert ou attend sa décision : la session ne se clôt pas.",
        condition="OLD.state = 'open' AND NEW.state <> 'open' AND EXISTS (SELECT 1 FROM juries_deliberation d "
        "JOIN juries_dossier f ON f.id = d.dossier_id WHERE f.session_id = NEW.id AND d.state IN ('open', 'closed'))",
    ),
    Guard(
        name="juries_session_published",
        table="juries_jurysession",
        events=("UPDATE", "DELETE"),
        message="Une session publiée ne change plus.",
        condition="OLD.state = 'published'",
    ),
    Guard(
        name="juries_seat_added",
        table="juries_seat",
        events=("INSERT",),
        message="Les sièges d’un jury convoqué ne changent plus.",
        condition=_CONVENED.format(row="NEW"),
    ),
    Guard(
        name="juries_seat_removed",
        table="juries_seat",
        events=("DELETE",),
        message="Les sièges d’un jury convoqué ne changent plus.",
        condition=_CONVENED.format(row="OLD"),
    ),
    Guard(
        name="juries_seat_moved",
        table="juries_seat",
        events=("UPDATE",),
        message="Les sièges d’un jury convoqué ne changent plus.",
        condition=f"{_CONVENED.format(row='OLD')} AND (OLD.session_id <> NEW.session_id OR OLD.number <> NEW.number "
        "OR OLD.college <> NEW.college OR OLD.member_id <> NEW.member_id)",
    ),
    Guard(
        name="juries_seat_sealed",
        table="juries_seat",
        events=("UPDATE",),
        message="Le procès-verbal est scellé : qui siégeait ne change plus.",
        condition=_SEALED,
    ),
    Guard(
        name="juries_dossier_added",
        table="juries_dossier",
        events=("INSERT",),
        message="L’ordre du jour d’un jury convoqué ne change plus.",
        condition=_CONVENED.format(row="NEW"),
    ),
    Guard(
        name="juries_dossier_removed",
        table="juries_dossier",
        events=("UPDATE", "DELETE"),
        message="L’ordre du jour d’un jury convoqué ne change plus.",
        condition=_CONVENED.format(row="OLD"),
    ),
    Guard(
        name="juries_deliberation_opened",
        table="juries_deliberation",
        events=("INSERT", "UPDATE"),
        message="On ne vote que pendant la session.",
        condition=f"NEW.state <> 'pending' AND NOT {_IN_OPEN_SESSION}",
    ),
    Guard(
        name="juries_ballot_cast",
        table="juries_ballot",
        events=("INSERT", "UPDATE"),
        message="Ce vote n’est pas recevable : vote clos, membre absent ou déporté.",
        condition=f"NOT {_MAY_VOTE}",
        # A close waits for the ballots being cast, and a ballot waits for the close: none slips past it.
        lock="SELECT 1 FROM juries_deliberation WHERE id = NEW.deliberation_id FOR SHARE",
    ),
    Guard(
        name="juries_ballot_kept",
        table="juries_ballot",
        events=("DELETE",),
        message="Un bulletin ne se retire pas.",
        condition="NOT EXISTS (SELECT 1 FROM juries_deliberation d JOIN juries_dossier f ON f.id = d.dossier_id "
        "JOIN juries_balloterasure e ON e.session_id = f.session_id WHERE d.id = OLD.deliberation_id)",
    ),
    Guard(
        name="juries_remark_kept",
        table="juries_remark",
        events=("DELETE",),
        message="Ce qui a été dit d’un dossier s’efface avec les bulletins.",
        condition="NOT EXISTS (SELECT 1 FROM juries_dossier f JOIN juries_balloterasure e "
        "ON e.session_id = f.session_id WHERE f.id = OLD.dossier_id)",
    ),
    Guard(
        name="juries_remark_written",
        table="juries_remark",
        events=("UPDATE",),
        message="Ce qui a été dit d’un dossier ne change pas.",
    ),
    Guard(
        name="juries_erasure_published",
        table="juries_balloterasure",
        events=("INSERT",),
        message="Les bulletins ne s’effacent qu’après la publication, et aucun recours en attente.",
        condition="NOT EXISTS (SELECT 1 FROM juries_jurysession s WHERE s.id = NEW.session_id "
        "AND s.state = 'published') OR EXISTS (SELECT 1 FROM juries_appeal a JOIN juries_dossier f "
        "ON f.id = a.dossier_id WHERE f.session_id = NEW.session_id AND a.outcome IS NULL)",
    ),
    Guard(
        name="juries_appeal_published",
        table="juries_appeal",
        events=("INSERT",),
        message="On ne conteste que ce qui est publié.",
        condition="NOT EXISTS (SELECT 1 FROM juries_jurysession s JOIN juries_dossier f ON f.session_id = s.id "
        "WHERE f.id = NEW.dossier_id AND s.state = 'published')",
    ),
    Guard(
        name="juries_deliberation_decided",
        table="juries_deliberation",
        events=("UPDATE", "DELETE"),
        message="Cette délibération est décidée : elle ne change plus.",
        condition="OLD.state IN ('decided', 'lapsed')",
    ),
    Guard(
        name="juries_deliberation_counted",
        table="juries_deliberation",
        events=("UPDATE",),
        message="Un vote clos ne change plus.",
        condition="OLD.state = 'closed' AND (NEW.state NOT IN ('closed', 'decided') "
        "OR NEW.acquired_count <> OLD.acquired_count OR NEW.not_acquired_count <> OLD.not_acquired_count "
        "OR NEW.abstain_count <> OLD.abstain_count)",
    ),
    _append_only("juries_recusal", "Un déport ne se retire pas."),
    _append_only("juries_minutes", "Un procès-verbal scellé ne change plus."),
    _append_only("juries_minutesfile", "Un procès-verbal scellé ne change plus."),
    _append_only("juries_minutesapproval", "Une approbation ne se retire pas."),
    Guard(
        name="juries_minutesapproval_submitted",
        table="juries_minutesapproval",
        events=("INSERT",),
        message="On n’approuve que le procès-verbal soumis, avant qu’il soit scellé.",
        condition="NOT EXISTS (SELECT 1 FROM juries_minutesdraft d JOIN juries_jurysession s ON s.id = d.session_id "
        "WHERE d.session_id = NEW.session_id AND d.sha256 = NEW.sha256 AND s.state = 'closed')",
    ),
    Guard(
        name="juries_minutesdraft_sealed",
        table="juries_minutesdraft",
        events=("UPDATE", "DELETE"),
        message="Le procès-verbal est scellé : ce qui a été approuvé ne change plus.",
        condition=_SEALED,
    ),
    Guard(
        name="juries_minutes_approved",
        table="juries_minutes",
        events=("INSERT",),
        message="Un procès-verbal se scelle une fois approuvé.",
        condition="NOT EXISTS (SELECT 1 FROM juries_minutesapproval a JOIN juries_seat s ON s.id = a.seat_id "
        "JOIN juries_minutesdraft d ON d.session_id = a.session_id AND d.sha256 = a.sha256 "
        "WHERE a.session_id = NEW.session_id AND s.is_chair)",
    ),
    _append_only("juries_presenceevent", "Ce qui est noté des présences ne change plus."),
    _append_only("juries_sessionpaper", "Un document établi ne change plus."),
    _append_only("juries_sessionpaperfile", "Un document établi ne change plus."),
    _append_only("juries_balloterasure", "Ce qui est effacé l’est pour toujours."),
    Guard(
        name="juries_appeal_kept",
        table="juries_appeal",
        events=("DELETE",),
        message="Un recours ne s’efface pas.",
    ),
    Guard(
        name="juries_appeal_settled",
        table="juries_appeal",
        events=("UPDATE",),
        message="L’issue d’un recours ne change plus.",
        condition="OLD.outcome IS NOT NULL OR NEW.dossier_id <> OLD.dossier_id OR NEW.received_on <> OLD.received_on "
        "OR NEW.grounds <> OLD.grounds OR NEW.deadline_on <> OLD.deadline_on",
    ),
    Guard(
        name="juries_conveningnotice_kept",
        table="juries_conveningnotice",
        events=("DELETE",),
        message="Une convocation ne s’efface pas.",
    ),
    _append_only("juries_ratification", "Une décision enregistrée de la CPNEFP ne change plus."),
    _append_only("juries_ratificationexception", "Une décision enregistrée de la CPNEFP ne change plus."),
    Guard(
        name="juries_reopening_deliberated",
        table="evaluations_reopening",
        events=("INSERT",),
        message="Le jury délibère sur ce bloc, ou en a décidé : rien ne se rouvre avant que la décision soit publiée.",
        condition=f"EXISTS (SELECT 1 {_OF_REOPENED} AND d.state <> 'pending' AND s.state <> 'published')",
        # A vote being opened waits for the reopening, and reads it; a reopening waits for the vote, and is refused.
        lock="SELECT 1 FROM juries_deliberation d JOIN evaluations_evaluation e "
        "ON e.enrolled_block_id = d.enrolled_block_id WHERE e.id = NEW.evaluation_id FOR SHARE OF d",
    ),
    Guard(
        name="juries_reopening_resit",
        table="evaluations_reopening",
        events=("INSERT",),
        message="Un rattrapage suit un refus du jury, publié, sur ces mêmes évaluations.",
        condition=f"NEW.kind = 'resit' AND NOT {_PUBLISHED_REFUSAL}",
    ),
    Guard(
        name="juries_acquisition",
        table="candidates_acquiredblock",
        events=("INSERT",),
        message="Un bloc n’est acquis que par une décision scellée, ratifiée et publiée.",
        condition=f"NEW.origin = 'jury' AND NOT {ratified_acquisition('NEW')}",
    ),
)
