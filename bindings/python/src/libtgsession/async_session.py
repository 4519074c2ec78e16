"""A session for asyncio: each call runs in a thread, so that the event loop never waits for a disk or a server.

    async with AsyncSession.open("my_account.session") as session:
        print(await session.user_id, await session.peer_by_username("durov"))
        await session.update_peers([Peer(7, 8, "user", ["anna"])])
        async for peer in session.peers():
            print(peer)
"""

from __future__ import annotations

import functools
import inspect
import itertools
from typing import TYPE_CHECKING, Any, AsyncIterator, Awaitable, Callable, Generator, Iterable, List, Optional

from .clients import _loop
from .fields import Field
from .peers import Peer
from .session import Session

# So many peers are read at a time.
CHUNK = 500


class Opening:
    """What the methods that open a session return: await it, or use it in `async with`."""

    def __init__(self, function: Callable[..., Session], arguments: Any, named: Any) -> None:
        self._function = functools.partial(function, *arguments, **named)
        self._session: Optional[AsyncSession] = None

    async def _open(self) -> AsyncSession:
        opened = AsyncSession()
        _loop.enter(opened)
        try:
            opened._session = await _loop.run_in_thread(self._function)
        except BaseException:
            _loop.leave(opened)
            raise
        return opened

    def __await__(self) -> Generator[Any, None, AsyncSession]:
        return self._open().__await__()

    async def __aenter__(self) -> AsyncSession:
        self._session = await self._open()
        return self._session

    async def __aexit__(self, *_: Any) -> None:
        assert self._session is not None
        await self._session.close()


class AsyncSession:
    """The methods of `Session`, each awaited. A field is read by `await session.user_id`, and set by `set_data`."""

    def __init__(self) -> None:
        """Not to be called: `open` and its sisters make one."""
        self._session: Session

    async def close(self) -> None:
        """Closes the session. A second call is ignored."""
        try:
            await _loop.run_in_thread(self._session.close)
        finally:
            _loop.leave(self)

    async def convert(self, target: Any, overrides: Any = None, *, keep_foreign_tables: bool = False) -> Any:
        """As `Session.convert`; the target is an AsyncSession or a Session."""
        opened = target._session if isinstance(target, AsyncSession) else target
        convert = functools.partial(self._session.convert, keep_foreign_tables=keep_foreign_tables)
        return await _loop.run_in_thread(convert, opened, overrides)

    async def peers(self, ids: Optional[Iterable[int]] = None) -> AsyncIterator[Peer]:
        """As `Session.peers`, for `async for`."""
        found = await _loop.read_in_thread(self._session.peers, ids)
        while True:
            chunk: List[Peer] = await _loop.read_in_thread(lambda: list(itertools.islice(found, CHUNK)))
            for peer in chunk:
                yield peer
            if len(chunk) < CHUNK:
                return

    async def __aenter__(self) -> AsyncSession:
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<AsyncSession of {self._session!r}>"

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "_session":
            raise AttributeError(f"an AsyncSession cannot set {name!r}: await set_data({name}=…)")
        object.__setattr__(self, name, value)

    if TYPE_CHECKING:
        # The other methods are `Session`'s.
        def __getattr__(self, name: str) -> Any: ...


def opener(name: str) -> Any:
    function = getattr(Session, name)

    @functools.wraps(function)
    def make(*arguments: Any, **named: Any) -> Opening:
        return Opening(function, arguments, named)

    return staticmethod(make)


def awaited(name: str) -> Any:
    @functools.wraps(getattr(Session, name))
    async def method(self: AsyncSession, *arguments: Any, **named: Any) -> Any:
        return await _loop.run_in_thread(functools.partial(getattr(self._session, name), *arguments, **named))

    return method


def awaited_property(name: str, doc: Optional[str]) -> property:
    def read(self: AsyncSession) -> Awaitable[Any]:
        return _loop.read_in_thread(getattr, self._session, name)

    return property(read, doc=doc)


def complete() -> None:
    """Whatever `Session` has, now and later, is here too."""
    for name in dir(Session):
        there = inspect.getattr_static(Session, name)
        if name.startswith("_") or name in vars(AsyncSession):
            continue
        if isinstance(there, classmethod):
            setattr(AsyncSession, name, opener(name))
        elif isinstance(there, (property, Field)):
            setattr(AsyncSession, name, awaited_property(name, there.__doc__))
        else:
            setattr(AsyncSession, name, awaited(name))


complete()
