"""Integrity of data cubes: the constraints IC-1 to IC-21 of the RDF Data Cube vocabulary, on Oxigraph.

https://www.w3.org/TR/vocab-data-cube/#wf-rules. `python -m budgetgraph.integrity FILE…` checks RDF files together.
"""

from budgetgraph.integrity.constraints import Breach, breaches
from budgetgraph.integrity.cubes import cube_store, normalise

__all__ = ["Breach", "breaches", "cube_store", "normalise"]
