"""Prose: what the running text says, sentence by sentence: amounts, counts, claims, definitions."""
