"""Several people at the same instant."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def at_once(count: int, act: Callable[[], Any]) -> list[Any]:
    """What came of doing something in several threads together, each with a connection of its own; refusals as they are."""
    gate, outcomes = threading.Barrier(count), []

    def run() -> None:
        try:
            gate.wait()
            outcomes.append(act())
        except Exception as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
