from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from organisations.models import AwardingBody, PeriodQuerySet, period_constraint

from .enums import BlockGroup, ChannelCode, CollegeCode, Parameter, PartsRule, RouteCode, Source


class Certification(models.Model):
    """What is awarded. Its title is printed as registered; the sheet prints no level, so none is kept."""

    rncp_code = models.CharField("code RNCP", max_length=20, unique=True)
    title = models.CharField("intitulé", max_length=255)
    former_title = models.CharField("ancien intitulé", max_length=255, blank=True)
    awarding_body = models.ForeignKey(AwardingBody, verbose_name="certificateur", on_delete=models.PROTECT)
    agreement = models.CharField("convention collective", max_length=160)
    branch_agreement = models.CharField("accord de branche", max_length=255)
    nsf_code = models.CharField("code NSF", max_length=10)
    nsf_title = models.CharField("domaine NSF", max_length=255)
    rome_code = models.CharField("code ROME", max_length=10)
    rome_title = models.CharField("métier ROME", max_length=255)

    class Meta:
        verbose_name = "certification"
        verbose_name_plural = "certifications"

    def __str__(self) -> str:
        return self.title


class Registration(models.Model):
    """A period during which the certification stands in the national register (RNCP) [sheet]."""

    certification = models.ForeignKey(
        Certification, verbose_name="certification", related_name="registrations", on_delete=models.PROTECT
    )
    ordered_on = models.DateField("date de l’arrêté")
    published_on = models.DateField("publication au Journal officiel")
    starts_on = models.DateField("effet")
    ends_on = models.DateField("échéance")
    last_issue_on = models.DateField("dernière date de délivrance", null=True, blank=True)
    current_title = models.BooleanField("sous l’intitulé actuel")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "enregistrement au RNCP"
        verbose_name_plural = "enregistrements au RNCP"
        constraints = [
            models.UniqueConstraint(fields=["certification", "ordered_on"], name="blocks_registration_order"),
            period_constraint("blocks_registration_period"),
        ]

    def __str__(self) -> str:
        return f"arrêté du {self.ordered_on:%d/%m/%Y}"


class StandardVersionQuerySet(models.QuerySet["StandardVersion"]):
    def in_force(self, on: date) -> Self:
        """The versions that take new enrolments that day, the newest first."""
        return self.filter(starts_on__lte=on).order_by("-starts_on", "-pk")


class StandardVersion(models.Model):
    """One dated wording of the standard. From its first enrolment it never changes; a new one is recorded beside it."""

    certification = models.ForeignKey(
        Certification, verbose_name="certification", related_name="versions", on_delete=models.PROTECT
    )
    label = models.CharField("version", max_length=40)
    starts_on = models.DateField("applicable à partir du")
    checksum = models.CharField("empreinte du contenu", max_length=64)
    in_use_since = models.DateTimeField("utilisée depuis", null=True, blank=True, editable=False)

    objects = StandardVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version du référentiel"
        verbose_name_plural = "versions du référentiel"
        constraints = [models.UniqueConstraint(fields=["certification", "label"], name="blocks_version_label")]

    def __str__(self) -> str:
        return f"{self.certification.rncp_code} – {self.label}"


class CatalogueBlock(models.Model):
    """A block as the branch knows it across its certifications and their versions: what a person holds for life."""

    key = models.SlugField("clé", max_length=80, unique=True)
    title = models.CharField("intitulé", max_length=255)

    class Meta:
        verbose_name = "bloc du catalogue"
        verbose_name_plural = "blocs du catalogue"

    def __str__(self) -> str:
        return self.title


class Block(models.Model):
    """A catalogue block as one version of the standard words and numbers it.

    No block has the same number in both systems: `code` is BC1…BC8, `sheet_number` the "Bloc de compétence n°" of the
    sheet. `france_competencies_code` stays empty until it is confirmed.
    """

    version = models.ForeignKey(
        StandardVersion, verbose_name="version", related_name="blocks", on_delete=models.PROTECT
    )
    catalogue_block = models.ForeignKey(
        CatalogueBlock, verbose_name="bloc du catalogue", related_name="wordings", on_delete=models.PROTECT
    )
    code = models.CharField("code", max_length=10)
    sheet_number = models.PositiveSmallIntegerField("numéro sur la fiche")
    france_competencies_code = models.CharField("code France compétences", max_length=20, null=True, blank=True)
    title = models.CharField("intitulé", max_length=255)
    group = models.CharField("groupe", max_length=10, choices=BlockGroup)
    position = models.PositiveSmallIntegerField("ordre")

    class Meta:
        verbose_name = "bloc de compétences"
        verbose_name_plural = "blocs de compétences"
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="blocks_block_code"),
            models.UniqueConstraint(fields=["version", "sheet_number"], name="blocks_block_sheet_number"),
            models.UniqueConstraint(fields=["version", "catalogue_block"], name="blocks_block_catalogue"),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"

    @property
    def is_optional(self) -> bool:
        return self.group == BlockGroup.OPTIONAL


class Competency(models.Model):
    block = models.ForeignKey(Block, verbose_name="bloc", related_name="competencies", on_delete=models.PROTECT)
    code = models.CharField("code", max_length=10)
    wording = models.TextField("libellé")
    position = models.PositiveSmallIntegerField("ordre")

    class Meta:
        verbose_name = "compétence"
        verbose_name_plural = "compétences"
        constraints = [models.UniqueConstraint(fields=["block", "code"], name="blocks_competency_code")]

    def __str__(self) -> str:
        return f"{self.code} – {self.wording}"


class Channel(models.Model):
    """One of the three ways by which each block is evaluated, the same for all blocks [sheet]."""

    version = models.ForeignKey(
        StandardVersion, verbose_name="version", related_name="channels", on_delete=models.PROTECT
    )
    code = models.CharField("voie", max_length=10, choices=ChannelCode)
    title = models.CharField("intitulé", max_length=160)
    parts_rule = models.CharField("épreuves exigées", max_length=3, choices=PartsRule)
    position = models.PositiveSmallIntegerField("ordre")

    class Meta:
        verbose_name = "voie d’évaluation"
        verbose_name_plural = "voies d’évaluation"
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="blocks_channel_code")]

    def __str__(self) -> str:
        return self.title


class ChannelPart(models.Model):
    channel = models.ForeignKey(Channel, verbose_name="voie", related_name="parts", on_delete=models.PROTECT)
    code = models.SlugField("code", max_length=40)
    title = models.CharField("épreuve", max_length=255)
    position = models.PositiveSmallIntegerField("ordre")

    class Meta:
        verbose_name = "épreuve"
        verbose_name_plural = "épreuves"
        constraints = [models.UniqueConstraint(fields=["channel", "code"], name="blocks_channelpart_code")]

    def __str__(self) -> str:
        return self.title


class AccessRoute(models.Model):
    version = models.ForeignKey(
        StandardVersion, verbose_name="version", related_name="routes", on_delete=models.PROTECT
    )
    code = models.CharField("voie d’accès", max_length=30, choices=RouteCode)
    title = models.CharField("libellé de la fiche", max_length=160)
    is_open = models.BooleanField("ouverte")
    jury_printed = models.BooleanField("jury imprimé sur la fiche")
    needs_training_organisation = models.BooleanField("suppose un organisme de formation")
    cdc_code = models.CharField("modalité d’accès (CDC)", max_length=80)
    plan = models.ManyToManyField(Channel, verbose_name="voies d’évaluation requises", related_name="routes")
    plan_source = models.CharField("source du plan", max_length=10, choices=Source)
    position = models.PositiveSmallIntegerField("ordre")

    class Meta:
        verbose_name = "voie d’accès"
        verbose_name_plural = "voies d’accès"
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="blocks_accessroute_code")]

    def __str__(self) -> str:
        return self.get_code_display()


class JuryCollege(models.Model):
    """How many of the jury's seats a college holds: 5, 5, 2 and 1 [sheet]."""

    version = models.ForeignKey(
        StandardVersion, verbose_name="version", related_name="jury_colleges", on_delete=models.PROTECT
    )
    code = models.CharField("collège", max_length=10, choices=CollegeCode)
    title = models.CharField("libellé de la fiche", max_length=160)
    seats = models.PositiveSmallIntegerField("sièges")
    position = models.PositiveSmallIntegerField("ordre")

    class Meta:
        verbose_name = "collège du jury"
        verbose_name_plural = "collèges du jury"
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="blocks_jurycollege_code"),
            models.CheckConstraint(condition=Q(seats__gt=0), name="blocks_jurycollege_has_seats"),
        ]

    def __str__(self) -> str:
        return self.title


class RuleParameter(models.Model):
    """One value that the rules read. Where the sheet is silent its source is `default` and the screen says so.

    A version in use changes no value; a release whose rules read one more gives it that one, and `added_at` says when.
    """

    version = models.ForeignKey(
        StandardVersion, verbose_name="version", related_name="parameters", on_delete=models.PROTECT
    )
    key = models.CharField("règle", max_length=40, choices=Parameter)
    value = models.JSONField("valeur")
    source = models.CharField("source", max_length=10, choices=Source)
    reference = models.CharField("référence", max_length=160, blank=True)
    added_at = models.DateTimeField("ajoutée le", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "règle du référentiel"
        verbose_name_plural = "règles du référentiel"
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="blocks_ruleparameter_key")]

    def __str__(self) -> str:
        return self.get_key_display()
