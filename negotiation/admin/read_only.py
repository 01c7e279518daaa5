"""Admin pages that show and never change: what may happen to a row happens in a service."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest

from negotiation.admin.figures import amount_column
from negotiation.models.fields import AmountField


class Shown:
    """Nothing can be added, changed or deleted; amounts are written as yuan."""

    model: type[models.Model]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Those that were chosen, else every field that can be read."""
        chosen: Any = self.fields  # type: ignore[attr-defined]
        return [self._written(name) for name in chosen or self._readable()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self.get_fields(request, obj)

    def _readable(self) -> list[str]:
        fields = self.model._meta.fields
        return [field.name for field in fields if not (field.primary_key or isinstance(field, models.BinaryField))]

    def _written(self, name: Any) -> Any:
        """An amount's name becomes a column that formats it; every other name stays."""
        try:
            field = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return name
        return amount_column(field) if isinstance(field, AmountField) else name


class ReadOnlyAdmin(Shown, admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows can be looked at by whoever has the view permission."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [self._written(name) for name in super().get_list_display(request)]


class ReadOnlyInline(Shown, admin.TabularInline):  # type: ignore[type-arg]
    """Rows of another model on the page of the one they belong to."""

    extra = 0
    can_delete = False
    show_change_link = True
