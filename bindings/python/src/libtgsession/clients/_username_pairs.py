"""`update_usernames` of Pyrofork and Electrogram: (peer's id, username) pairs, for peers that have several."""

from __future__ import annotations

from typing import Any, Dict, Hashable, Iterable, List, Sequence, Tuple

from ..peers import InputPeer
from ..session import Session
from ._batch import Batch
from ._lookups import row_keys, username_key
from ._storage import CHANNEL, SessionStorage, log, with_one_username
from ._write_behind import WriteBehind


def main_usernames(session: Session, peer_id: int) -> List[str]:
    return [name for peer in session.peers([peer_id]) for name in peer.usernames[:1]]


class UsernamePairsStorage(SessionStorage):
    async def _update_username_pairs(self, pairs: Iterable[Tuple[int, str]]) -> None:
        usernames: Dict[int, List[str]] = {}
        for peer_id, username in pairs:
            usernames.setdefault(peer_id, []).append(username)
        if self._write_behind is not None:
            await self._queue_usernames(usernames)
        elif usernames:
            await self._write(self._set_username_pairs, usernames)

    def _keys_of(self, kind: str, key: Any, value: Any) -> Iterable[Hashable]:
        return row_keys(value, None) if kind == "usernames" else super()._keys_of(kind, key, value)

    def _ids_of(self, kind: str, key: int) -> Sequence[int]:
        return (key, CHANNEL - key) if kind == "usernames" else (key,)

    async def _has_lost(self, writer: WriteBehind, found: InputPeer, key: Hashable) -> bool:
        if await super()._has_lost(writer, found, key):
            return True
        if writer.find("usernames", found.id) is None and writer.find("usernames", found.bare_id) is None:
            return False
        # They replace all but the main one, and may have done so by now.
        return not any(username_key(name) == key for name in await self._read(main_usernames, found.id))

    def _write_batch(self, batch: Batch) -> None:
        super()._write_batch(batch)
        if batch.usernames:
            self._set_username_pairs(batch.usernames)

    def _set_username_pairs(self, usernames: Dict[int, List[str]]) -> None:
        with self._change:
            known = {peer.id: peer for peer in self._session.peers(usernames)}
            # Electrogram gives a channel's names with its bare id, and then never finds them again.
            unknown = {CHANNEL - bare_id: names for bare_id, names in usernames.items() if bare_id not in known}
            known.update((peer.id, peer) for peer in self._session.peers(unknown))
            told = {**usernames, **unknown}
            # The main username was passed with the peer, and stays.
            self._session.update_peers(
                peer._replace(usernames=(*peer.usernames[:1], *told[peer.id])) for peer in known.values()
            )

    async def _update_peers_or_log(self, peers: Any) -> None:
        """Electrogram swallows every failure of `update_peers`. So do we, but we log it."""
        try:
            await self._update_peers(with_one_username(peers))
        except Exception:
            log.exception("peers were not stored")
