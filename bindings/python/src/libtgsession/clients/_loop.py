"""What runs beside the event loop, and what in it.

A lookup takes about 6 microseconds, and moving it to a thread and back 60 to 100: lookups run in the loop. Whatever
writes waits for the disk, or for another program's lock, and runs in a thread.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, TypeVar

T = TypeVar("T")

# Our own threads: the loop's default ones may all be busy with what the program's user put there.
THREADS = 4


def new_executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="tgsession")


executor = new_executor()


def renew() -> None:
    """A forked process has the executor, but not its threads."""
    global executor
    executor = new_executor()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=renew)


async def off_loop(function: Callable[..., T], *arguments: object) -> T:
    return await asyncio.get_running_loop().run_in_executor(executor, function, *arguments)
