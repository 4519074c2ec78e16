"""The one method in which Pyrofork, Electrogram and pyrotgfork read, set and delete update states."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from ..session import Session
from ..update_states import UpdateState
from ._storage import CHANNEL, SessionStorage


class UpdateStateStorage(SessionStorage):
    # Pyrofork does not sort.
    SORTED = True

    def _set_location(self, database: Any, session_string: Optional[str], told: Mapping[str, Any]) -> None:
        super()._set_location(database, session_string, told)
        self._odd_states: Dict[int, UpdateState] = {}

    async def _update_state(self, value: Any) -> Any:
        if value is object:
            states = await self._read(Session.update_states)
            states = sorted([*states, *self._odd_states.values()], key=lambda state: state.id)
            return by_date(states) if self.SORTED else states
        if isinstance(value, int):
            self._odd_states.pop(value, None)
            return await self._write(self._after_queued, self._session.delete_update_state, value)
        state = UpdateState(*value)
        if not is_state_id(state.id):
            self._odd_states[state.id] = state
            return None
        return await self._write(self._after_queued, self._session.set_update_states, [state])

    def _after_queued(self, function: Any, argument: Any) -> None:
        """Earlier queued values are written first."""
        self._flush()
        function(argument)


def by_date(states: List[Any]) -> List[Any]:
    """As `ORDER BY date ASC` has it: those without a date first."""
    return sorted(states, key=lambda state: (state.date is not None, state.date or 0))


def is_state_id(id: int) -> bool:
    """Whether the library stores a state of that id. The clients' own tables take any: one that it does not
    lives as long as the storage."""
    return id == 0 or id < CHANNEL
