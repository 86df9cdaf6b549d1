"""Candidates and enrolments, to be read: the pages call the services, which alone write them."""

from django.contrib import admin

from blocks.admin import ReadOnly

from .models import AcquiredBlock, Candidate, Cohort, CohortDeadline, EnrolledBlock, Enrolment


class AcquiredBlockInline(ReadOnly, admin.TabularInline):
    model = AcquiredBlock


class CohortDeadlineInline(ReadOnly, admin.TabularInline):
    model = CohortDeadline


class EnrolledBlockInline(ReadOnly, admin.TabularInline):
    model = EnrolledBlock


@admin.register(Candidate)
class CandidateAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["birth_name", "usual_name", "first_names", "birth_date", "birth_place"]
    search_fields = ["search_key", "usual_name_key"]
    search_help_text = "Sans accents ni majuscules."
    ordering = ["search_key", "pk"]
    inlines = [AcquiredBlockInline]


@admin.register(Cohort)
class CohortAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "training_organisation", "starts_on", "ends_on"]
    list_filter = ["training_organisation"]
    list_select_related = ["training_organisation"]
    ordering = ["-starts_on", "pk"]
    inlines = [CohortDeadlineInline]


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["reference", "candidate", "route", "training_organisation", "entered_on", "withdrawn_on"]
    list_filter = ["training_organisation", "route__code"]
    list_select_related = ["candidate", "route", "training_organisation"]
    search_fields = ["reference", "candidate__search_key"]
    ordering = ["-enrolled_at", "-pk"]
    inlines = [EnrolledBlockInline]
