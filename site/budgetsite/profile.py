"""The profile of a site: who publishes it and under which terms; read from `site.toml` beside the releases."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from budgetgraph.errors import SettingError

NAME = "site.toml"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the catalogue says of the site itself; `contact_email` is made from the base IRI if it is left empty."""

    title_zh: str = "部门预算公开"
    title_en: str = "Budget disclosures of public bodies"
    description_zh: str = (
        "各级部门公开的预算、决算，读成关联开放数据：每个印出的数字都带着坐标和出处，每个应当成立的合计都可以核查。"
    )
    description_en: str = (
        "Budgets and final accounts that public bodies disclose, as linked open data: "
        "every printed figure with its coordinates and its source, every sum checkable."
    )
    publisher_name: str = "budgetgraph"
    contact_name: str = "budgetgraph"
    contact_email: str = ""
    licence: str = _AUTHORITY + "licence/CC_BY_4_0"
    rights: str = "CC BY 4.0"
    country: str = _AUTHORITY + "country/CHN"
    frequency: str = _AUTHORITY + "frequency/ANNUAL"

    def email(self, base: str) -> str:
        """Return the address to write to."""
        return self.contact_email or f"opendata@{urlsplit(base).hostname or 'localhost'}"


def read_profile(directory: Path) -> Profile:
    """Return the profile under a directory of releases, the default one if there is no file.

    Raises SettingError if the file is not TOML, or has a key that no profile has, or a value that is not a text.
    """
    path = directory / NAME
    if not path.exists():
        return Profile()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(what=f"not TOML 不是TOML ({error})", where=str(path)) from error
    known = {field.name for field in fields(Profile)}
    for name, value in values.items():
        if name not in known or not isinstance(value, str):
            raise SettingError(
                what=f"{name} is not a text setting of a site 不是可用的设置",
                where=str(path),
                remedy=f"there are 可用: {', '.join(sorted(known))}",
            )
    return Profile(**values)
