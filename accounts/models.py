from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from .ownership import owner_seal


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. What they may do comes from memberships, assignments and seats, never from here."""

    email = models.EmailField("adresse électronique", unique=True)
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    is_active = models.BooleanField("actif", default=True)
    is_staff = models.BooleanField("accède à l’administration technique", default=False)
    date_joined = models.DateTimeField("créé le", default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    is_limited = False  # For this request a referent alone, whom a mail link let in: see `organisations.access`.

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="accounts_user_email", violation_error_message="Cette adresse a déjà un compte."
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def page_owner(self) -> str:
        """What a page carries to say whose it is, whoever is signed in by the time it speaks again."""
        return owner_seal(self.pk)

    @property
    def reference(self) -> str:
        """How the journal names this person."""
        return f"user:{self.pk}"
