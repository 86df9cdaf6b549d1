"""The standard, to be read: the file alone says what it is (`manage.py load_standard`)."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import (
    AccessRoute,
    Block,
    CatalogueBlock,
    Certification,
    Channel,
    ChannelPart,
    Competency,
    JuryCollege,
    Registration,
    RuleParameter,
    StandardVersion,
)


class ReadOnly:
    """Mixed into a `ModelAdmin` or an inline: rows are shown, never written."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RegistrationInline(ReadOnly, admin.TabularInline):
    model = Registration


class CompetencyInline(ReadOnly, admin.TabularInline):
    model = Competency


class ChannelPartInline(ReadOnly, admin.TabularInline):
    model = ChannelPart


class JuryCollegeInline(ReadOnly, admin.TabularInline):
    model = JuryCollege


class RuleParameterInline(ReadOnly, admin.TabularInline):
    model = RuleParameter


@admin.register(Certification)
class CertificationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["rncp_code", "title"]
    inlines = [RegistrationInline]


@admin.register(StandardVersion)
class StandardVersionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["label", "certification", "starts_on", "in_use_since"]
    list_select_related = ["certification"]
    inlines = [JuryCollegeInline, RuleParameterInline]


@admin.register(Block)
class BlockAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["code", "title", "group", "sheet_number", "version"]
    list_filter = ["version"]
    list_select_related = ["version__certification"]
    inlines = [CompetencyInline]


@admin.register(Channel)
class ChannelAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["title", "parts_rule", "version"]
    list_filter = ["version"]
    list_select_related = ["version__certification"]
    inlines = [ChannelPartInline]


@admin.register(AccessRoute)
class AccessRouteAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["title", "is_open", "cdc_code", "version"]
    list_filter = ["version"]
    list_select_related = ["version__certification"]


@admin.register(CatalogueBlock)
class CatalogueBlockAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["key", "title"]
