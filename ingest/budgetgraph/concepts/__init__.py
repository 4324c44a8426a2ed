"""Concepts: what a label means in its context, looked up in the SKOS labels of ontology/."""
