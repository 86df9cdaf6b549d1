from django.contrib import admin

from journal.admin import ReadOnlyAdmin

from .models import Mail


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    list_display = ["kind", "to", "state", "queued_at", "sent_at", "attempts"]
    list_filter = ["state", "kind"]
    search_fields = ["to", "subject", "about", "key__startswith"]
    ordering = ["-pk"]
    show_full_result_count = False
