"""How a coroutine of pyHanko is run from code that does not know whether an event loop is running around it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run(work: Any) -> Any:
    """Run the coroutine in a thread of its own, so that a caller inside an event loop may sign and verify too."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
