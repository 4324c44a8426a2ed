"""Indicators: what performance tables and forms aim at, in numbers with their units and in words. Never money."""
