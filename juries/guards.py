"""What a jury may never do, held by the database (DESIGN §6.1, 3, 4, 5)."""

from journal.guards import Guard, append_only

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
_SITS_ON = (
    "EXISTS (SELECT 1 FROM juries_dossier f JOIN juries_jurysession s ON s.id = f.session_id "
    "JOIN juries_seat k ON k.session_id = s.id WHERE f.id = NEW.dossier_id AND k.id = NEW.seat_id "
    "AND s.state IN ('convened', 'open') AND NOT EXISTS "
    "(SELECT 1 FROM juries_recusal r WHERE r.dossier_id = f.id AND r.seat_id = k.id))"
)
_MAY_VOTE = (
    "EXISTS (SELECT 1 FROM juries_deliberation d JOIN juries_dossier f ON f.id = d.dossier_id "
    "JOIN juries_seat s ON s.session_id = f.session_id WHERE d.id = NEW.deliberation_id AND s.id = NEW.seat_id "
    "AND d.state = 'open' AND s.presence = 'present' AND NOT EXISTS "
    "(SELECT 1 FROM juries_recusal r WHERE r.dossier_id = f.id AND r.seat_id = s.id))"
)
_AWAITED = (
    "EXISTS (SELECT 1 FROM juries_seat k WHERE k.session_id = s.id "
    "AND NOT EXISTS (SELECT 1 FROM juries_recusal r WHERE r.dossier_id = f.id AND r.seat_id = k.id) "
    "AND NOT EXISTS (SELECT 1 FROM juries_ballot b WHERE b.deliberation_id = NEW.id AND b.seat_id = k.id))"
)
_OUT_OF_WINDOW = (
    "EXISTS (SELECT 1 FROM juries_dossier f JOIN juries_jurysession s ON s.id = f.session_id "
    "WHERE f.id = NEW.dossier_id AND s.means = 'written' AND ("
    "(OLD.state = 'pending' AND NEW.opened_at < s.written_opens_at) OR "
    "(OLD.state = 'open' AND NEW.state <> 'open' AND NEW.closed_at < s.written_closes_at "
    f"AND (NEW.state = 'lapsed' OR {_AWAITED}))))"
)
_OF_CLOSED_MOTION = "EXISTS (SELECT 1 FROM juries_motion m WHERE m.id = {row}.motion_id AND m.state = 'closed')"
_OF_OTHER_SESSION = (
    "NOT EXISTS (SELECT 1 FROM juries_motion m JOIN juries_dossier f ON f.session_id = m.session_id "
    "WHERE m.id = NEW.motion_id AND f.id = NEW.dossier_id)"
)
_CALLABLE = (
    "EXISTS (SELECT 1 FROM juries_seat k JOIN juries_jurysession s ON s.id = k.session_id "
    "WHERE k.id = NEW.seat_id AND s.state = 'convened')"
)
_ANSWERS_OTHERWISE = "(NEW.answer IS DISTINCT FROM OLD.answer OR NEW.answered_at IS DISTINCT FROM OLD.answered_at)"


def _rank(moment: str) -> str:
    """SQL for a whole number that grows with the days of the calendar, 32 to a month: both databases can add to it."""
    year, month, day = (
        f"CAST(SUBSTR(CAST({moment} AS TEXT), {start}, {length}) AS INTEGER)"
        for start, length in ((1, 4), (6, 2), (9, 2))
    )
    return f"(({year} * 12 + {month}) * 32 + {day})"


# The day in UTC: up to one day less than the service asks, which knows when it is midnight in Paris.
_MAY_ERASE = (
    "EXISTS (SELECT 1 FROM juries_jurysession s JOIN blocks_ruleparameter p ON p.version_id = s.version_id "
    "WHERE s.id = NEW.session_id AND s.state = 'published' AND p.key = 'appeal_months' "
    f"AND {_rank('NEW.erased_at')} >= {_rank('s.published_at')} + 32 * CAST(CAST(p.value AS TEXT) AS INTEGER))"
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


_SETTLED = {
    "juries_seat": "Les sièges d’un jury convoqué ne changent plus.",
    "juries_dossier": "L’ordre du jour d’un jury convoqué ne change plus.",
}
_AS_WRITTEN = {
    "juries_recusal": "Un déport ne se retire pas.",
    "juries_minutes": "Un procès-verbal scellé ne change plus.",
    "juries_minutesfile": "Un procès-verbal scellé ne change plus.",
    "juries_minutesapproval": "Une approbation ne se retire pas.",
    "juries_presenceevent": "Ce qui est noté des présences ne change plus.",
    "juries_sessionpaper": "Un document établi ne change plus.",
    "juries_sessionpaperfile": "Un document établi ne change plus.",
    "juries_balloterasure": "Ce qui est effacé l’est pour toujours.",
    "juries_ratification": "Une décision enregistrée de la CPNEFP ne change plus.",
    "juries_ratificationexception": "Une décision enregistrée de la CPNEFP ne change plus.",
}
_KEPT = {
    "juries_appeal": "Un recours ne s’efface pas.",
    "juries_conveningnotice": "Une convocation ne s’efface pas.",
    "juries_motion": "Une adoption en bloc ne s’efface pas.",
    "juries_motionitem": "Une adoption en bloc ne s’efface pas.",
}


def _settled(table: str, gesture: str, *events: str, row: str, when: str = "TRUE") -> Guard:
    condition = f"{_CONVENED.format(row=row)} AND {when}"
    return Guard(f"{table}_{gesture}", table, events, _SETTLED[table], condition)


GUARDS = (
    *(append_only(table, table, message) for table, message in _AS_WRITTEN.items()),
    *(Guard(f"{table}_kept", table, ("DELETE", "TRUNCATE"), message) for table, message in _KEPT.items()),
    _settled("juries_seat", "added", "INSERT", row="NEW"),
    _settled("juries_seat", "removed", "DELETE", row="OLD"),
    _settled(
        "juries_seat",
        "moved",
        "UPDATE",
        row="OLD",
        when="(OLD.session_id <> NEW.session_id OR OLD.number <> NEW.number "
        "OR OLD.college <> NEW.college OR OLD.member_id <> NEW.member_id)",
    ),
    _settled("juries_dossier", "added", "INSERT", row="NEW"),
    _settled("juries_dossier", "removed", "UPDATE", "DELETE", row="OLD"),
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
        name="juries_session_window",
        table="juries_jurysession",
        events=("UPDATE",),
        message="La période d’un vote par écrit ne change plus : sa clôture se reporte, et ne s’avance pas.",
        condition="OLD.state <> 'prepared' AND (NEW.means <> OLD.means "
        "OR NEW.written_opens_at <> OLD.written_opens_at OR NEW.written_closes_at < OLD.written_closes_at)",
    ),
    Guard(
        name="juries_seat_sealed",
        table="juries_seat",
        events=("UPDATE",),
        message="Le procès-verbal est scellé : qui siégeait ne change plus.",
        condition=_SEALED,
    ),
    Guard(
        name="juries_deliberation_opened",
        table="juries_deliberation",
        events=("INSERT", "UPDATE"),
        message="On ne vote que pendant la session.",
        condition=f"NEW.state <> 'pending' AND NOT {_IN_OPEN_SESSION}",
    ),
    Guard(
        name="juries_deliberation_window",
        table="juries_deliberation",
        events=("UPDATE",),
        message="Un vote par écrit dure sa période, ou jusqu’à ce que chacun ait voté.",
        condition=_OUT_OF_WINDOW,
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
        events=("DELETE", "TRUNCATE"),
        message="Un bulletin ne se retire pas.",
        condition="NOT EXISTS (SELECT 1 FROM juries_deliberation d JOIN juries_dossier f ON f.id = d.dossier_id "
        "JOIN juries_balloterasure e ON e.session_id = f.session_id WHERE d.id = OLD.deliberation_id)",
    ),
    Guard(
        name="juries_remark_kept",
        table="juries_remark",
        events=("DELETE", "TRUNCATE"),
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
        name="juries_remark_made",
        table="juries_remark",
        events=("INSERT",),
        message="On s’écrit sur un dossier où l’on siège, de la convocation à la clôture de la session.",
        condition=f"NOT {_SITS_ON}",
        lock="SELECT 1 FROM juries_jurysession s JOIN juries_dossier f ON f.session_id = s.id "
        "WHERE f.id = NEW.dossier_id FOR SHARE OF s",
    ),
    Guard(
        name="juries_motion_closed",
        table="juries_motion",
        events=("UPDATE",),
        message="Une adoption en bloc close ne change plus.",
        condition="OLD.state = 'closed' OR NEW.session_id <> OLD.session_id OR NEW.seat_id <> OLD.seat_id",
    ),
    Guard(
        name="juries_motionitem_added",
        table="juries_motionitem",
        events=("INSERT",),
        message="Une adoption en bloc réunit des dossiers de sa session, et ne change plus une fois close.",
        condition=f"{_OF_CLOSED_MOTION.format(row='NEW')} OR {_OF_OTHER_SESSION}",
        lock="SELECT 1 FROM juries_motion WHERE id = NEW.motion_id FOR SHARE",
    ),
    Guard(
        name="juries_motionitem_pulled",
        table="juries_motionitem",
        events=("UPDATE",),
        message="Un dossier se retire une fois d’une adoption en bloc, tant qu’elle n’est pas close.",
        condition=f"{_OF_CLOSED_MOTION.format(row='OLD')} OR OLD.pulled_at IS NOT NULL "
        "OR NEW.motion_id <> OLD.motion_id OR NEW.dossier_id <> OLD.dossier_id",
        lock="SELECT 1 FROM juries_motion WHERE id = NEW.motion_id FOR SHARE",
    ),
    Guard(
        name="juries_conveningnotice_made",
        table="juries_conveningnotice",
        events=("INSERT",),
        message="On convoque à une session convoquée, avant qu’elle s’ouvre.",
        condition=f"NOT {_CALLABLE}",
    ),
    Guard(
        name="juries_conveningnotice_answered",
        table="juries_conveningnotice",
        events=("UPDATE",),
        message="On répond à une convocation avant l’ouverture de la session.",
        condition=f"{_ANSWERS_OTHERWISE} AND NOT {_CALLABLE}",
        # An opening waits for the answer, or the answer for the opening. A link renewed locks nothing.
        lock="SELECT 1 FROM juries_seat k JOIN juries_jurysession s ON s.id = k.session_id "
        f"WHERE k.id = NEW.seat_id AND {_ANSWERS_OTHERWISE} FOR SHARE OF s",
    ),
    Guard(
        name="juries_erasure_published",
        table="juries_balloterasure",
        events=("INSERT",),
        message="Les bulletins se gardent jusqu’à la fin du délai de recours, et tant qu’un recours est en attente.",
        condition=f"NOT {_MAY_ERASE} OR EXISTS (SELECT 1 FROM juries_appeal a JOIN juries_dossier f "
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
    Guard(
        name="juries_appeal_settled",
        table="juries_appeal",
        events=("UPDATE",),
        message="L’issue d’un recours ne change plus.",
        condition="OLD.outcome IS NOT NULL OR NEW.dossier_id <> OLD.dossier_id OR NEW.received_on <> OLD.received_on "
        "OR NEW.grounds <> OLD.grounds OR NEW.deadline_on <> OLD.deadline_on",
    ),
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
