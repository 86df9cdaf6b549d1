from django.contrib import admin

from journal.admin import ReadOnlyAdmin

from .models import Accreditation, AwardingBody, Company, Invitation, Membership, Presidency, TrainingOrganisation


@admin.register(AwardingBody)
class AwardingBodyAdmin(ReadOnlyAdmin):
    list_display = ["short_name", "name", "city"]


@admin.register(Presidency)
class PresidencyAdmin(ReadOnlyAdmin):
    list_display = ["name", "quality", "starts_on", "ends_on"]


@admin.register(TrainingOrganisation, Company)
class EstablishmentAdmin(ReadOnlyAdmin):
    list_display = ["name", "city", "siret"]
    search_fields = ["name", "siret"]
    ordering = ["name", "pk"]


@admin.register(Accreditation)
class AccreditationAdmin(ReadOnlyAdmin):
    list_display = ["training_organisation", "rncp_code", "starts_on", "ends_on"]
    list_select_related = ["training_organisation"]
    ordering = ["-starts_on", "pk"]


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ["user", "role", "organisation", "starts_on", "ends_on"]
    list_filter = ["role"]
    list_select_related = ["user", "awarding_body", "training_organisation", "company"]
    search_fields = ["user__email", "user__last_name"]
    ordering = ["-pk"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "role", "organisation", "invited_at", "accepted_at", "superseded_at"]
    list_filter = ["role"]
    list_select_related = ["awarding_body", "training_organisation", "company"]
    search_fields = ["email", "last_name"]
    exclude = ["token_hash"]
    ordering = ["-pk"]
