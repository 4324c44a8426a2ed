"""`python -m budgetgraph.integrity FILE…`: check the cubes of RDF files together; exit 1 if any is broken."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from pyoxigraph import parse

from budgetgraph.integrity import breaches, cube_store


def main(arguments: Sequence[str]) -> int:
    """Print each breach of IC-1 to IC-21 on a line."""
    found = list(breaches(cube_store(item for path in arguments for item in parse(path=path, rename_blank_nodes=True))))
    for breach in found:
        print(breach.constraint, breach.focus, breach.value or "", breach.rule, sep="\t")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
