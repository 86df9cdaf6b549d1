from .lines import BY_CHANNEL, ENROLLING, EVERYBODY, Line
from .places import both, entry, ours, pile, pk

LINES = [
    Line("evaluations:matrix", get=EVERYBODY),
    Line("evaluations:overview", get="admin"),
    Line("evaluations:assign", get="admin", post="admin"),
    Line("evaluations:divergences", get="admin"),
    Line("evaluations:reopen", entry("training"), post="admin"),
    Line("evaluations:assignments", get=ENROLLING),
    Line("evaluations:referents", get=ENROLLING, post=ENROLLING),
    Line("evaluations:late", get=ENROLLING, post=ENROLLING),
    Line(
        "evaluations:print_cohort",
        pk("cohort"),
        get="admin trainer referent assessor",
        post="admin trainer referent assessor",
    ),
    Line(
        "evaluations:print_candidate",
        ours,
        get="admin trainer referent assessor",
        post="admin trainer referent assessor",
    ),
    Line("evaluations:grid_job", pk("grid_job"), get="trainer"),
    Line("evaluations:grid_job_progress", pk("grid_job"), get="trainer"),
    Line("evaluations:grid_job_file", pk("grid_job"), get="trainer"),
    *(
        Line("evaluations:enter", entry(channel), get=f"admin {role}", post=role)
        for channel, role in BY_CHANNEL.items()
    ),
    *(
        Line("evaluations:enter", entry(channel, of="unheard"), get=f"admin {role}", post=role)
        for channel, role in [("training", "trainer"), ("company", "linked"), ("panel", "assessor")]
    ),
    Line("evaluations:review", entry("company", of="unheard"), get="linked", post="linked"),
    *(
        Line("evaluations:walk", both(ours, channel=channel), get="", led=f"admin {role}")
        for channel, role in BY_CHANNEL.items()
    ),
    *(Line("evaluations:draft", entry(channel), post=role) for channel, role in BY_CHANNEL.items()),
    *(Line("evaluations:review", entry(channel), get=role, post=role) for channel, role in BY_CHANNEL.items()),
    *(
        Line(name, pile(channel), get=f"{role} other_{role}", post=f"{role} other_{role}")
        for name in ("evaluations:grid", "evaluations:grid_review")
        for channel, role in BY_CHANNEL.items()
    ),
    *(Line("evaluations:grid_row", entry(channel), post=role) for channel, role in BY_CHANNEL.items()),
    *(Line("evaluations:attachments", entry(channel), get=role, post=role) for channel, role in BY_CHANNEL.items()),
    Line("evaluations:attachment", both(entry("training"), pk("attachment")), get="admin trainer"),
    Line("evaluations:remove_attachment", both(entry("training"), pk("attachment")), post="trainer"),
    Line("evaluations:adaptations", get=ENROLLING),
    Line("evaluations:ask_adaptation", ours, get="admin trainer", post="admin trainer"),
    Line("evaluations:adaptation", pk("adaptation"), get="admin trainer", post="admin"),
    Line("evaluations:adaptation_evidence", pk("adaptation"), get="admin"),
]
