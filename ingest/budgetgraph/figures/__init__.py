"""Figures: amounts with their coordinates, one concept per dimension, and the cell that they come from."""

from budgetgraph.figures.bodies import looks_like_body
from budgetgraph.figures.model import BlankCell, Coordinates, Figure, Misread, Reading, Role
from budgetgraph.figures.placing import funding_year, funding_year_of, place_concepts
from budgetgraph.figures.reading import read_figures
from budgetgraph.figures.units import units

__all__ = [
    "BlankCell",
    "Coordinates",
    "Figure",
    "Misread",
    "Reading",
    "Role",
    "funding_year",
    "funding_year_of",
    "looks_like_body",
    "place_concepts",
    "read_figures",
    "units",
]
