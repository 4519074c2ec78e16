"""A session as a Python object: its attributes, copies, warnings, exceptions; and the one for asyncio."""

import asyncio
import copy
import errno
import gc
import pickle
import sqlite3
import threading

import libtgsession as tgs
import pytest
from libtgsession import AsyncSession, Peer, Session, errors


def test_a_mistyped_attribute_is_refused(session):
    with pytest.raises(AttributeError, match="no attribute 'user_idd'; did you mean 'user_id'"):
        session.user_idd = 5
    session.user_id = 5
    assert session.user_id == 5


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, pickle.dumps])
def test_it_cannot_be_copied(session, make):
    with pytest.raises(TypeError, match="cannot be copied"):
        make(session)


def test_its_length_is_the_number_of_its_peers(session):
    assert len(session) == 0 and session
    session.update_peers([Peer(n) for n in range(1, 8)])
    assert len(session) == 7


def test_one_that_was_never_closed_warns(path):
    opened = Session.open(path)
    assert opened.is_open
    with pytest.warns(ResourceWarning, match="pyrogram@3"):
        del opened
        gc.collect()
    memory = Session.open(":memory:")
    with Session.open(path) as closed:
        pass
    assert not closed.is_open and "closed" in repr(closed)
    del memory, closed
    gc.collect()


@pytest.mark.parametrize(
    "error, base",
    [
        (tgs.LockedError, sqlite3.OperationalError), (tgs.ReadOnlyError, sqlite3.OperationalError),
        (tgs.IoError, sqlite3.OperationalError), (tgs.DiskFullError, sqlite3.OperationalError),
        (tgs.CorruptError, sqlite3.DatabaseError), (tgs.NotASessionError, sqlite3.DatabaseError),
        (tgs.BadSessionStringError, sqlite3.DatabaseError), (tgs.WrongKeyError, sqlite3.DatabaseError),
        (tgs.UnknownVersionError, sqlite3.DatabaseError), (tgs.ClosedError, sqlite3.ProgrammingError),
    ],
)  # fmt: skip
def test_errors_are_sqlites_too(error, base):
    assert issubclass(error, base) and issubclass(error, tgs.TgsError)
    made = pickle.loads(pickle.dumps(error("because")))
    assert (type(made), str(made), made.message) == (error, "because", "because")


def test_numbers_of_the_operating_system():
    numbers = {cls: cls("").errno for cls in errors.CLASSES.values() if issubclass(cls, OSError)}
    assert numbers == {
        tgs.IoError: errno.EIO, tgs.SessionNotFoundError: errno.ENOENT, tgs.PermissionDeniedError: errno.EACCES,
        tgs.DiskFullError: errno.ENOSPC,
    }  # fmt: skip


def test_a_missing_file_is_named(path):
    with pytest.raises(FileNotFoundError) as raised:
        Session.open(path, create=False)
    assert (raised.value.errno, raised.value.filename) == (errno.ENOENT, str(path))


def test_asyncio(path):
    async def run():
        async with AsyncSession.open(path, format="kurigram@7") as session:
            assert await session.format == "kurigram@7" and await session.user_id is None
            await session.set_data(user_id=777, dc_id=4)
            await session.update_peers([Peer(n, -n, "user", [f"name{n}"]) for n in range(1, 1202)])
            assert (await session.peer_by_username("name7")).access_hash == -7
            assert await session.peer_by_id(5000) is None
            assert [peer.id async for peer in session.peers()] == list(range(1, 1202))
            assert [peer.id async for peer in session.peers([3, 4])] == [3, 4]
            with pytest.raises(AttributeError, match="set_data"):
                session.user_id = 5
            target = await AsyncSession.open(":memory:")
            report = await session.convert(target, {"is_bot": False})
            assert report["source"] == "kurigram@7" and await target.user_id == 777
            await target.close()
            with pytest.raises(tgs.InvalidArgumentError):
                await session.peer_by_username("a\0b")
        with pytest.raises(tgs.ClosedError):
            await session.user_id
        with pytest.raises(FileNotFoundError):
            await AsyncSession.open(str(path) + "x", create=False)

    threads = set(threading.enumerate())
    asyncio.run(run())
    assert not set(threading.enumerate()) - threads


def test_asyncio_has_whatever_a_session_has():
    missing = [name for name in dir(Session) if not name.startswith("_") and not hasattr(AsyncSession, name)]
    assert missing == []
