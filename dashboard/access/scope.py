"""Scope: the rows a caller may see. It has no default anywhere, so it cannot be forgotten."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, false, or_, true


@dataclass(frozen=True)
class Scope:
    """Rows of these districts or departments; both None: the whole city.

    Build it through a class method, so that the widest scope is always written out.
    """

    districts: frozenset[str] | None = None
    departments: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if (self.districts is None) != (self.departments is None):
            raise ValueError("a scope names both districts and departments, or neither")

    @classmethod
    def whole_city(cls) -> "Scope":
        return cls()

    @classmethod
    def of(cls, *, districts: frozenset[str], departments: frozenset[str]) -> "Scope":
        """Rows in any of `districts`, or handled by any of `departments`. Empty sets: no row."""
        return cls(districts, departments)

    @property
    def key(self) -> tuple[tuple[str, ...], ...]:
        """Part of every cache key: two callers share an answer only if they may see the same."""
        if self.districts is None or self.departments is None:
            return ()
        return (tuple(sorted(self.districts)), tuple(sorted(self.departments)))

    def predicate(self, table: Table) -> ColumnElement[bool]:
        """The rows of `table` inside the scope; fails closed where a table has no such column."""
        if self.districts is None or self.departments is None:
            return true()
        columns = table.c
        if "district_code" not in columns or "department_code" not in columns:
            return false()
        return or_(
            columns.district_code.in_(sorted(self.districts)),
            columns.department_code.in_(sorted(self.departments)),
        )
