"""The time as the client's own storage would ask for it: by `time.time`, which tests replace."""

from __future__ import annotations

import time
from typing import Callable, Optional


def made_reader(system: Callable[[], float] = time.time) -> Callable[[], Optional[int]]:
    # As a default, the system's clock is out of reach for whoever replaces `time.time` in modules.
    def pretended() -> Optional[int]:
        """The Unix second by `time.time` if somebody replaced it, else None: the library asks the system itself."""
        if time.time is system:
            return None
        now = int(time.time())
        return None if abs(now - system()) < 2 else now

    return pretended


pretended = made_reader()
