"""budgetsite: the site over a release: pages, RDF, SPARQL, catalogue."""
