"""Sessions, to be read: the pages call the services, which alone write. Typing errors in a mandate are repaired."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from blocks.admin import ReadOnly

from .models import Deliberation, Dossier, JuryMember, JurySession, Ratification, RatificationException, Recusal, Seat


@admin.register(JuryMember)
class JuryMemberAdmin(admin.ModelAdmin):
    """A mandate is recorded and ended on the secretariat's pages; it is not deleted: seats point to it."""

    list_display = ["user", "college", "body", "starts_on", "ends_on"]
    list_filter = ["college"]
    list_select_related = ["user"]
    fields = ["user", "college", "starts_on", "ends_on", "body", "company"]
    readonly_fields = ["user", "college", "starts_on", "ends_on"]
    search_fields = ["user__last_name", "user__email", "body"]
    ordering = ["college", "user__last_name", "pk"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SeatInline(ReadOnly, admin.TabularInline):
    model = Seat
    ordering = ["number"]


class DossierInline(ReadOnly, admin.TabularInline):
    model = Dossier
    ordering = ["position"]


@admin.register(JurySession)
class JurySessionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["reference", "held_on", "place", "state"]
    list_filter = ["state"]
    search_fields = ["reference"]
    ordering = ["-held_on", "-pk"]
    inlines = [SeatInline, DossierInline]


class DeliberationInline(ReadOnly, admin.TabularInline):
    """Decisions and counts. Ballots are in no list: they are secret."""

    model = Deliberation
    fields = ["enrolled_block", "state", "proposal", "outcome", "acquired_count", "not_acquired_count", "abstain_count"]
    ordering = ["pk"]


class RecusalInline(ReadOnly, admin.TabularInline):
    model = Recusal


@admin.register(Dossier)
class DossierAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["session", "position", "enrolment"]
    list_select_related = ["session", "enrolment"]
    search_fields = ["session__reference", "enrolment__reference"]
    ordering = ["-session", "position"]
    inlines = [DeliberationInline, RecusalInline]


class RatificationExceptionInline(ReadOnly, admin.TabularInline):
    model = RatificationException


@admin.register(Ratification)
class RatificationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["session", "decided_on", "chaired_by", "recorded_at"]
    list_select_related = ["session"]
    ordering = ["-decided_on", "-pk"]
    inlines = [RatificationExceptionInline]
