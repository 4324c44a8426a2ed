"""A task for workers that does what hostile documents make libraries do; a module, for workers import it by name."""

from __future__ import annotations

import os
import signal
import time

from budgetgraph.errors import UnusableSource


def act(item: str) -> str:
    """Do what an item says, as a hostile document might make a library do."""
    match item:
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(3)
        case "slow":
            time.sleep(60)
        case "memory":
            return "x" * (4 << 30)
        case "recursion":
            return act(item)
        case "broken":
            return dict[str, str]()[item]
        case "refused":
            raise UnusableSource(what="no", where=item, reason="scan")
    return item.upper()
