"""The request's context: the release that it is answered from."""

from __future__ import annotations

from typing import cast

from flask import request

from budgetsite.current import Served
from budgetsite.library import Library

SERVED = "budgetsite.served"
"""The key under which the WSGI environment holds the release."""


def served() -> Served:
    """Return the release that this request is answered from."""
    return cast(Served, request.environ[SERVED])


def library() -> Library:
    """Return the library of the release that this request is answered from."""
    return served().library
