"""Metadata of sources: where a file was downloaded, when, who published it, under which licence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from budgetgraph.errors import MetadataError

SCHEMA = "schemas/metadata.schema.json"
_SYNONYMS = {"license": "licence"}
_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a source comes from; what is not known is None. The fields are those of the schema."""

    url: str | None = None
    retrieved: str | None = None
    issued: str | None = None
    publisher: str | None = None
    publisher_url: str | None = None
    licence: str | None = None

    def over(self, other: Origin) -> Origin:
        """Return this origin, with what only the other says."""
        return replace(other, **self.as_json())

    def as_json(self) -> dict[str, str]:
        """Return what is known."""
        return {name: value for name, value in asdict(self).items() if value is not None}


UNKNOWN = Origin()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a metadata file says of all sources, and of single ones by their names."""

    common: Origin = UNKNOWN
    files: Mapping[str, Origin] = field(default_factory=dict)

    def of(self, name: str) -> Origin:
        """Return what is said of the source with a name."""
        return self.files.get(name, UNKNOWN).over(self.common)


def load_metadata(path: Path) -> Metadata:
    """Read and check a metadata file.

    Raises MetadataError, on one line, if it cannot be read, is no JSON, or is not as the schema says.
    """
    values = _checked(_parsed(path), path)
    named = {name: _origin(said, path) for name, said in values.pop("files", {}).items()}
    return Metadata(_origin(values, path), named)


def origin_of(path: Path, given: Metadata) -> Origin:
    """Return where a source comes from: its sidecar (NAME.pdf.json or NAME.json) before the metadata *given*.

    A NAME.json that holds none of the schema's fields is another's, and passed over.
    """
    own = UNKNOWN
    beside, short = path.with_name(path.name + ".json"), path.with_suffix(".json")
    if beside.is_file():
        own = load_metadata(beside).common
    elif short.is_file() and _is_ours(short):
        own = load_metadata(short).common
    return own.over(given.of(path.name))


def _is_ours(path: Path) -> bool:
    try:
        values = _parsed(path)
    except MetadataError:
        return False
    return isinstance(values, dict) and any(f.name in values for f in fields(Origin))


def _parsed(path: Path) -> Any:
    try:
        if path.stat().st_size > _BYTES:
            raise _wrong(path, f"larger than {_BYTES:,} bytes 文件过大")
        return json.loads(path.read_bytes())
    except OSError as error:
        raise _wrong(path, f"cannot be read 无法读取 ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise _wrong(path, f"not JSON 不是JSON ({error})") from error


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads((files("budgetgraph") / SCHEMA).read_bytes()))


def _checked(values: Any, path: Path) -> dict[str, Any]:
    if isinstance(values, dict):
        values = {_SYNONYMS.get(name, name): value for name, value in values.items()}
    error = max(_validator().iter_errors(values), key=_telling, default=None)
    if error is not None:
        place = ".".join(map(str, error.absolute_path))
        raise _wrong(path, f"{place}: {error.message}" if place else error.message)
    checked: dict[str, Any] = values
    return checked


def _telling(error: ValidationError) -> tuple[int, bool]:
    """A property that is wrong is reported as unexpected too; its own error says more."""
    return len(error.absolute_path), error.validator != "unevaluatedProperties"


def _origin(values: Mapping[str, str], path: Path) -> Origin:
    for name in ("retrieved", "issued"):
        if name in values:
            try:
                datetime.fromisoformat(values[name])
            except ValueError as error:
                raise _wrong(path, f"{name}: {values[name]!r} is no date 不是日期") from error
    return Origin(**values)


def _wrong(path: Path, what: str) -> MetadataError:
    remedy = f"see {SCHEMA} of the package 请见软件包中的该模式文件"
    return MetadataError(what=f"metadata 元数据: {what[:300]}", where=str(path), remedy=remedy)
