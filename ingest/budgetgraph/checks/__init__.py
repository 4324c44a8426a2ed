"""Soft checks: what is odd though no relation is violated. ontology/check.ttl describes each, modules group them."""
