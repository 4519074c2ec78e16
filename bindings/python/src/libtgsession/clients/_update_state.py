"""The one method in which Pyrofork, Electrogram and pyrotgfork read, set and delete update states."""

from __future__ import annotations

from typing import Any, List

from ..update_states import UpdateState
from ._loop import run_in_thread
from ._storage import SessionStorage


class UpdateStateStorage(SessionStorage):
    # Pyrofork does not sort.
    SORTED = True

    async def _update_state(self, value: Any) -> Any:
        if value is object:
            states = await run_in_thread(self._session.update_states) if self._writing else self._session.update_states()
            return by_date(states) if self.SORTED else states
        # Earlier queued values are written first.
        await self._flush_queue()
        if isinstance(value, int):
            return await self._write(self._session.delete_update_state, value)
        return await self._write(self._session.set_update_states, [UpdateState(*value)])


def by_date(states: List[Any]) -> List[Any]:
    """As `ORDER BY date ASC` has it: those without a date first."""
    return sorted(states, key=lambda state: (state.date is not None, state.date or 0))
