"""budgetsite: the site over a release: pages, RDF, SPARQL, catalogue."""

from budgetsite.app import create_app
from budgetsite.server import answer, serve

__all__ = ["answer", "create_app", "serve"]
