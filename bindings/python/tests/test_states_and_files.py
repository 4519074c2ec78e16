"""Update states and sent files."""

import libtgsession as tgs
import pytest
from libtgsession import SentFile, SentFileType, Session, UpdateState

STATES = [UpdateState(-1000000000000 - n, n, None, 0, None) for n in range(300, 0, -1)]
STATES.append(UpdateState(0, 1001, 0, 1700000000, None))
FILES = [SentFile(bytes([n]) * 16, 10**12 + n, SentFileType(n % 2), n, -n) for n in range(200)]


@pytest.fixture(params=[":memory:", "pyrogram@3", "kurigram@7", "telethon@8"])
def session(request, path):
    place = request.param
    with Session.open(place if place == ":memory:" else path, format=place if "@" in place else None) as opened:
        yield opened


def test_states(session):
    assert session.update_states() == []
    session.set_update_states(STATES)
    assert session.update_states() == STATES
    assert [session.update_state(state.id) for state in STATES] == STATES
    assert session.update_state(77) is None
    session.delete_update_state(0)
    session.delete_update_state(12345)
    session.set_update_states([UpdateState(STATES[0].id, pts=7)])
    assert session.update_states() == [UpdateState(STATES[0].id, 7), *STATES[1:-1]]


def test_files(session):
    session.cache_sent_files(FILES)
    assert session.sent_files() == FILES
    assert session.sent_file(FILES[5].md5, FILES[5].size, SentFileType.PHOTO) == FILES[5]
    assert session.sent_file(FILES[5].md5, FILES[5].size, SentFileType.DOCUMENT) is None
    with pytest.raises(tgs.InvalidArgumentError):
        session.sent_file(b"short", 1, 0)
