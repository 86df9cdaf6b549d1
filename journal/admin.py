from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import Entry


class ReadOnlyAdmin(admin.ModelAdmin):
    """The product's own pages decide, and write the journal; those of the administration are for looking."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["seq", "at", "action", "subject", "actor", "on_behalf_of"]
    list_filter = ["action"]
    search_fields = ["subject__startswith", "actor__exact"]
    search_help_text = "Un objet (enrolment:2021-000123) ou un acteur (user:12)."
    date_hierarchy = "at"
    ordering = ["-seq"]
    list_per_page = 50
    show_full_result_count = False
