"""Errors as data: what is wrong, where, and what to do about it."""

from __future__ import annotations


class BudgetgraphError(Exception):
    """An error that a person can act on; `str()` of it is one line."""

    def __init__(self, *, what: str, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(what, where, remedy)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return " ".join(f"{place}{self.what}{remedy}".split())

    def __reduce__(self) -> tuple[object, ...]:
        """Let errors cross from a worker process to its parent: their fields are keyword-only."""
        return _rebuild, (type(self), {name: value for name, value in vars(self).items() if name[0] != "_"})


def _rebuild(kind: type[BudgetgraphError], fields: dict[str, str]) -> BudgetgraphError:
    return kind(**fields)


class UnusableSource(BudgetgraphError):
    """A refused source; `reason` is a slug: missing, empty-folder, encrypted, truncated, scan and so on."""

    def __init__(self, *, what: str, where: str = "", remedy: str = "", reason: str = "unusable") -> None:
        super().__init__(what=what, where=where, remedy=remedy)
        self.reason = reason


class MetadataError(BudgetgraphError):
    """A metadata file that cannot be read or is not as its schema says."""


class AmountError(BudgetgraphError):
    """A text that is neither an amount nor a blank."""


class ReleaseError(BudgetgraphError):
    """A release that cannot be opened, built or switched to."""


class SettingError(BudgetgraphError):
    """A setting with a value that it cannot have; `where` is the environment variable."""


class StoreError(BudgetgraphError):
    """A store of others that cannot be reached or refuses; `where` is its address, without user and password."""


class ClusterError(BudgetgraphError):
    """A Dask cluster that cannot be used; `where` is the address of its scheduler."""
