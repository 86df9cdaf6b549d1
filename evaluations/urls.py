from django.urls import path

from .views import certifier, drafts, entry, grid, grid_review, matrix

app_name = "evaluations"
urlpatterns = [
    path("", matrix.matrix, name="matrix"),
    path("suivi/", certifier.overview, name="overview"),
    path("commission/", certifier.assign, name="assign"),
    path("grille/<str:channel>/<str:block>/", grid.grid, name="grid"),
    path("grille/<str:channel>/<str:block>/relire/", grid_review.review, name="grid_review"),
    path("grille/<str:channel>/<str:block>/<str:reference>/", grid.grid_row, name="grid_row"),
    path("<str:reference>/<str:block>/<str:channel>/", entry.enter, name="enter"),
    path("<str:reference>/<str:block>/<str:channel>/brouillon/", drafts.draft, name="draft"),
    path("<str:reference>/<str:block>/<str:channel>/relire/", entry.review, name="review"),
    path("<str:reference>/<str:channel>/", entry.walk, name="walk"),  # after the addresses that name their two parts
]
