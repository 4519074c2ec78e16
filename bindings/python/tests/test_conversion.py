"""From one session to another, and to texts."""

import sqlite3

import libtgsession as tgs
import pytest
from libtgsession import Peer, PeerType, Session

# Its end is not zeros: such a string of Pyrogram 1 could be what is left of a longer one.
KEY = bytes(range(256))


@pytest.fixture
def telethon(tmp_path):
    with Session.open(tmp_path / "telethon.session", format="telethon@8") as session:
        session.dc_id, session.server_address, session.port, session.auth_key = 4, "149.154.167.91", 443, KEY
        session.update_peers([Peer(7, 8, None, ["anna"], "49", "Anna")])
        yield session


def test_what_the_target_needs_is_named_and_may_be_given(telethon, path):
    with Session.open(path, format="pyrogram@3") as target:
        with pytest.raises(tgs.IncompleteError, match="user_id"):
            telethon.convert(target)
        assert target.auth_key is None
        report = telethon.convert(target, {"user_id": 777, "is_bot": False, "api_id": 5})
        assert (target.auth_key, target.user_id, target.is_bot, target.api_id) == (KEY, 777, False, 5)
        assert next(target.peers())[:4] == (7, 8, "user", ("anna",))
    outcomes = {field["name"]: field["outcome"] for field in report["fields"]}
    assert outcomes["auth_key"] == "kept" and outcomes["user_id"] == "overridden"


@pytest.mark.parametrize("format", ["pyrogram", "telethon", "gramjs", "mtcute", "mtkruto", "gogram", "pyrogram-1"])
def test_session_strings(telethon, format):
    telethon.user_id, telethon.is_bot, telethon.api_id = 777, False, 5
    text, report = telethon.export_with_report(format)
    assert text == telethon.export_session_string(format)
    assert {"name": "auth_key", "outcome": "kept"}.items() <= report["fields"][5].items()
    assert tgs.diagnose(text)["intact"] is True
    with Session.open(text) as opened:
        assert (opened.dc_id, opened.auth_key) == (4, KEY)


def test_descriptions(telethon):
    description = telethon.inspect()
    assert (description["format"], description["peers"]) == ("telethon", 1)
    assert "auth_key" not in description
    assert telethon.inspect(show_secrets=True)["auth_key"] == KEY.hex()
    assert tgs.diagnose("hello")["intact"] is False


def test_addresses():
    assert tgs.default_server_address(2) == ("149.154.167.51", 443)
    assert tgs.default_server_address(2, test_mode=True) == ("149.154.167.40", 80)
    assert tgs.default_server_address(99) is None


def test_other_programs_full_text_and_spatial_indexes_stay(tmp_path):
    path = tmp_path / "account.session"
    with Session.open(path) as session:
        session.set_data(dc_id=2, api_id=1, test_mode=False, auth_key=KEY, user_id=5, is_bot=False)
    conn = sqlite3.connect(path)
    conn.executescript(
        "CREATE VIRTUAL TABLE notes USING fts5 (text); INSERT INTO notes VALUES ('hello world');"
        "CREATE VIRTUAL TABLE places USING rtree (id, low, high); INSERT INTO places VALUES (1, 2, 3);"
    )
    with Session.open(path) as session:
        assert session.auth_key == KEY
        session.update_peers([Peer(6, 1, PeerType.USER, ("ada",))])
        foreign = {table["name"]: table.get("rows") for table in session.inspect()["foreign_tables"]}
        assert foreign["notes"] is None and foreign["places"] is None
    assert conn.execute("SELECT text FROM notes WHERE notes MATCH 'world'").fetchall() == [("hello world",)]
    assert conn.execute("SELECT id FROM places WHERE low < 3").fetchall() == [(1,)]
    assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    conn.close()
