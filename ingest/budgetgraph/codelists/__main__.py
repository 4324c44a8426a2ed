"""`python -m budgetgraph.codelists CODES_FOLDER ONTOLOGY_FOLDER`: make six files of ontology/ anew."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from budgetgraph.codelists.building import build


def main(arguments: Sequence[str]) -> int:
    """Write the files; the arguments are the folder of code lists and that of the ontology."""
    source, target = map(Path, arguments)
    for file, content in build(source).items():
        (target / file).write_text(content, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
