"""Reading only: an evaluation is changed on its page, by whoever enters it, and never once submitted."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import Assignment, CompetencyRating, Evaluation, PartResult


class ReadOnlyMixin:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CompetencyRatingInline(ReadOnlyMixin, admin.TabularInline):
    model = CompetencyRating


class PartResultInline(ReadOnlyMixin, admin.TabularInline):
    model = PartResult


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["enrolled_block", "channel", "attempt", "state", "opinion", "edited_at", "submitted_at"]
    list_filter = ["channel__code", "state", "opinion"]
    list_select_related = ["enrolled_block__enrolment", "enrolled_block__block", "channel"]
    search_fields = ["enrolled_block__enrolment__reference"]
    inlines = [CompetencyRatingInline, PartResultInline]


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["enrolment", "assessor", "assigned_by", "assigned_at"]
    list_select_related = ["enrolment", "assessor", "assigned_by"]
    search_fields = ["enrolment__reference", "assessor__last_name"]
