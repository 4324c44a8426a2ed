"""budgetgraph: budget disclosures of Chinese government departments, as validated linked open data."""

from __future__ import annotations

__version__ = "0.1.0"
