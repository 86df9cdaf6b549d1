from allauth.account.decorators import secure_admin_login
from django.contrib import admin

from journal.admin import ReadOnlyAdmin

from .models import User

# The technical pages are entered through the product's own sign-in, which slows down whoever guesses passwords.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Administration technique"


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["email", "last_name", "first_name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "last_name", "first_name"]
    ordering = ["last_name", "first_name", "pk"]
    fields = ["email", "first_name", "last_name", "is_active", "is_staff", "date_joined", "last_login"]
