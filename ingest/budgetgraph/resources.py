"""Where the RDF of this installation lies: beside the package in a wheel, at the root of a checkout."""

from __future__ import annotations

from pathlib import Path


def data_folder(name: str) -> Path:
    """Return the folder `ontology` or `shapes`."""
    packaged = Path(__file__).parent / "_data" / name
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / name
