"""Diagnosis: what most likely went wrong where relations are violated, with the evidence."""
