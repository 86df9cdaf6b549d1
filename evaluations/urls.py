from django.urls import path

from .views import (
    adaptations,
    assignments,
    attachments,
    certifier,
    divergences,
    drafts,
    entry,
    grid,
    grid_review,
    late,
    matrix,
    printing,
    signoff,
)

app_name = "evaluations"
urlpatterns = [
    path("", matrix.matrix, name="matrix"),
    path("suivi/", certifier.overview, name="overview"),
    path("retards/", late.late, name="late"),
    path("affectations/", assignments.assignments, name="assignments"),
    path("commission/", assignments.assign, name="assign"),
    path("referents/", assignments.referents, name="referents"),
    path("divergences/", divergences.divergences, name="divergences"),
    path("amenagements/", adaptations.adaptations, name="adaptations"),
    path("amenagements/demander/<str:reference>/", adaptations.ask, name="ask_adaptation"),
    path("amenagements/<int:pk>/", adaptations.adaptation, name="adaptation"),
    path("amenagements/<int:pk>/justificatif/", adaptations.evidence, name="adaptation_evidence"),
    path("papier/promotions/<int:pk>/", printing.cohort, name="print_cohort"),
    path("papier/dossiers/<str:reference>/", printing.candidate, name="print_candidate"),
    path("papier/<int:pk>/", printing.job, name="grid_job"),
    path("papier/<int:pk>/avancement/", printing.progress, name="grid_job_progress"),
    path("papier/<int:pk>/telecharger/", printing.download, name="grid_job_file"),
    path("grille/<str:channel>/<str:block>/", grid.grid, name="grid"),
    path("grille/<str:channel>/<str:block>/relire/", grid_review.review, name="grid_review"),
    path("grille/<str:channel>/<str:block>/<str:reference>/", grid.grid_row, name="grid_row"),
    path("<str:reference>/<str:block>/<str:channel>/", entry.enter, name="enter"),
    path("<str:reference>/<str:block>/<str:channel>/brouillon/", drafts.draft, name="draft"),
    path("<str:reference>/<str:block>/<str:channel>/relire/", entry.review, name="review"),
    path("<str:reference>/<str:block>/<str:channel>/rouvrir/", signoff.reopen_evaluation, name="reopen"),
    path("<str:reference>/<str:block>/<str:channel>/pieces/", attachments.attachments, name="attachments"),
    path("<str:reference>/<str:block>/<str:channel>/pieces/<int:pk>/", attachments.attachment, name="attachment"),
    path(
        "<str:reference>/<str:block>/<str:channel>/pieces/<int:pk>/retirer/",
        attachments.remove,
        name="remove_attachment",
    ),
    path("<str:reference>/<str:channel>/", entry.walk, name="walk"),  # after the addresses that name their two parts
]
