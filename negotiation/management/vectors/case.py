"""One case of a vector file, and how its values are read: money and rates from strings, days from ISO dates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from negotiation.domain.calendar import calendar_day


class CaseUnreadable(ValueError):
    """A case lacks an input that its section needs, or states one that cannot be read."""


@dataclass(frozen=True)
class Case:
    """``inputs`` are the fields of one case; ``sections`` the whole file, for cases that refer to another."""

    section: str
    inputs: Mapping[str, Any]
    sections: Mapping[str, Any]

    def has(self, key: str) -> bool:
        return self.inputs.get(key) is not None

    def text(self, key: str, default: str | None = None) -> str:
        value = self.inputs.get(key)
        if value is None:
            value = default
        if value is None:
            raise CaseUnreadable(f"no {key}")
        return str(value)

    def number(self, key: str, default: str | None = None) -> Decimal:
        return Decimal(self.text(key, default))

    def count(self, key: str, default: str | None = None) -> int:
        return int(self.text(key, default))

    def day(self, key: str) -> date:
        return calendar_day(self.text(key))

    def day_or(self, key: str, default: date) -> date:
        return self.day(key) if self.has(key) else default

    def mapping(self, key: str) -> dict[str, Decimal]:
        return {name: Decimal(str(value)) for name, value in self.inputs[key].items()}

    def referenced(self, section: str, case_id: str) -> "Case":
        """Another case of the same file, by its id.

        :raises CaseUnreadable: if the file has none.
        """
        for inputs in self.sections.get(section, ()):
            if inputs.get("id") == case_id:
                return Case(section, inputs, self.sections)
        raise CaseUnreadable(f"no {section} {case_id} in this file")


Computation = Callable[[Case], Any]
