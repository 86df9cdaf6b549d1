from django.db import models
from django.db.models import F, Q

from accounts.models import User


class ReferentLinkQuerySet(models.QuerySet["ReferentLink"]):
    pass


class ReferentLink(models.Model):
    """A way in for a company referent without a password: one row per mail that carried it.

    Of its token only the hash is kept, made when the mail leaves. It works until revoked, and while the referent still
    has an enrolment under way; a one-time code, mailed to the same address, completes it.
    """

    user = models.ForeignKey(User, verbose_name="référent", related_name="referent_links", on_delete=models.PROTECT)
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True)
    created_at = models.DateTimeField("créé le")
    last_used_at = models.DateTimeField("dernier accès le", null=True, blank=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, verbose_name="révoqué par", related_name="+", null=True, blank=True, on_delete=models.PROTECT
    )

    objects = ReferentLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "accès de référent"
        verbose_name_plural = "accès de référents"
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
                name="candidates_referentlink_revoked",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}"
