"""Who takes part: the people who sign in, and the cardholders the bank's feed names."""

import uuid
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from negotiation.models.sealed import SealedTextField, blind_index


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email) if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in: staff by e-mail address, a cardholder through the contact data of their ``Cardholder`` row."""

    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_staff=False) | models.Q(email__isnull=False), name="user_staff_has_email"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or f"#{self.pk}"


class Cardholder(models.Model):
    """A person in the bank's feed. Personal data are sealed; the indexes find a row without opening it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source_id = models.CharField(_("customer number"), max_length=40, unique=True)
    name = SealedTextField(_("name"))
    email = SealedTextField(_("e-mail address"), null=True, blank=True)
    email_index = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    phone = SealedTextField(_("mobile number"), null=True, blank=True)
    phone_index = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    birth_date = SealedTextField(_("date of birth"))
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    user = models.OneToOneField(
        User, models.PROTECT, null=True, blank=True, related_name="cardholder", verbose_name=_("user")
    )
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("cardholder")
        verbose_name_plural = _("cardholders")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=True, claimed_at__isnull=True)
                | models.Q(user__isnull=False, claimed_at__isnull=False),
                name="cardholder_claimed_with_user",
            ),
        ]

    def __str__(self) -> str:
        return self.source_id

    def set_contact(self, *, email: str | None, phone: str | None) -> None:
        """Set the contact data together with the indexes that find them."""
        self.email, self.phone = email, phone
        self.email_index = blind_index("email", email) if email else ""
        self.phone_index = blind_index("phone", phone) if phone else ""
