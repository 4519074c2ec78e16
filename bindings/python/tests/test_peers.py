"""Peers."""

import sqlite3
import time

import libtgsession as tgs
import pytest
from libtgsession import Peer, PeerType, Session
from libtgsession._peer_structs import FEW

PEERS = [
    Peer(-1000000000077, -(2**63), PeerType.CHANNEL, ("news", "nachrichten"), None, "Новости", 1700000003),
    Peer(-1000000000005, None, "gigagroup", (), None, None, 1700000002),
    Peer(-42, 0, "group", (), None, "Die Gruppe", 1700000001),
    Peer(7, 2**63 - 1, "user", ("anna",), "491700000001", "Anna 🎈", 1700000000),
]


@pytest.fixture(params=[":memory:", "pyrogram@3", "kurigram@7", "telethon@8"])
def filled(request, path):
    place = request.param
    with Session.open(place if place == ":memory:" else path, format=place if "@" in place else None) as session:
        session.update_peers(PEERS)
        yield session


def test_display_names(filled):
    assert filled.peer_by_name("Die Gruppe").id == -42
    assert filled.peer_by_name("Anna 🎈").access_hash == 2**63 - 1
    assert filled.peer_by_name("die gruppe") is None and filled.peer_by_name("") is None


def test_whole_peers(filled):
    assert list(filled.peers()) == PEERS
    assert list(filled.peers([7, -42, 99])) == PEERS[2:]
    assert list(filled.peers([])) == []


def test_lookups(filled):
    assert filled.peer_by_id(7) == tgs.InputPeer(7, 7, 2**63 - 1, PeerType.USER, 1700000000)
    assert filled.peer_by_id(-42)[:4] == (-42, 42, 0, PeerType.GROUP)
    assert filled.peer_by_phone_number("+49 170 0000001").id == 7
    assert filled.peer_by_id(8) is filled.peer_by_username("nobody") is filled.peer_by_phone_number("1") is None


def test_an_unknown_type_keeps_its_name(filled):
    assert filled.peer_by_id(-1000000000005).type is PeerType.OTHER
    assert next(filled.peers([-1000000000005])).type == "gigagroup"


def test_every_username_is_found(session):
    session.update_peers([Peer(5, 1, "user", ["Main", "@Second"])])
    assert session.peer_by_username("MAIN").id == session.peer_by_username("@second").id == 5


def test_usernames_expire(path):
    with Session.open(path) as session:
        session.update_peers([Peer(5, 1, "user", ["old"], last_update_on=int(time.time()) - 9 * 3600)])
        with pytest.raises(tgs.UsernameExpired, match="'old'") as failure:
            session.peer_by_username("old")
        assert failure.value.status is tgs.Status.EXPIRED
    with Session.open(path, username_expiry=tgs.USERNAME_EXPIRY_NEVER) as session:
        assert session.peer_by_username("old").id == 5
    with Session.open(path, username_expiry=10 * 3600) as session:
        assert session.peer_by_username("old").id == 5


def test_a_batch_is_all_or_nothing(file):
    with pytest.raises(tgs.InvalidArgumentError):
        file.update_peers([Peer(5), Peer(0)])
    assert file.peer_by_id(5) is None


def test_a_text_is_a_type():
    assert PeerType.USER == "user"
    assert {PeerType.BOT: 1}["bot"] == 1
    with pytest.raises(tgs.InvalidArgumentError):
        Session.open(":memory:").update_peers([Peer(5, 1, PeerType.OTHER)])


@pytest.mark.parametrize("count", [0, 1, 2, 1000, 100_000])
def test_batches_of_any_size(session, count):
    session.update_peers(Peer(n + 1, n, "user", [f"name{n}", f"ä{n}"], str(10**9 + n), f"№ {n}") for n in range(count))
    peers = list(session.peers())
    assert len(peers) == count
    for n in (0, count // 2, count - 1):
        if count:
            assert peers[n][:6] == (n + 1, n, "user", (f"name{n}", f"ä{n}"), str(10**9 + n), f"№ {n}")
            assert session.peer_by_username(f"ä{n}").id == n + 1


# Few are set field by field, many are packed by columns.
MANY = [Peer(n, n) for n in range(100, 100 + FEW)]


def test_few_and_many_are_packed_alike(session):
    session.update_peers(PEERS)
    with Session.open(":memory:") as other:
        other.update_peers([*PEERS, *MANY])
        assert list(other.peers())[: len(PEERS)] == PEERS
    assert list(session.peers()) == PEERS


@pytest.mark.parametrize(
    "wrong",
    [
        (5, 6, "user"), (*PEERS[3], 8), Peer(2**63), Peer("5"), Peer(5, 2**63), Peer(5, last_update_on=-(2**64)), Peer(5, usernames="anna"),
        Peer(5, usernames=("an\0na",)), Peer(5, usernames=(None,)), Peer(5, phone_number="\ud800"), Peer(5, phone_number=49),
        Peer(5, name=b"Anna"), Peer(5, type=PeerType.OTHER), Peer(5, type="gig\0a"), Peer(5, type=7), Peer(5, type=[]),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_wrong_is_refused_alike(session, wrong):
    refused = []
    for others in ([], MANY):
        with pytest.raises((tgs.InvalidArgumentError, TypeError)) as failure:
            session.update_peers([wrong, *others])
        refused.append(type(failure.value))
    assert refused[0] is refused[1]
    assert list(session.peers()) == []


def test_a_plain_tuple_is_a_peer_and_the_client_reads_it(path):
    with Session.open(path) as session:
        session.update_peers([(5, 6, "bot", ("my_bot",), "123", None, None)])
    rows = sqlite3.connect(path).execute("SELECT id, access_hash, type, username, phone_number FROM peers").fetchall()
    assert rows == [(5, 6, "bot", "my_bot", "123")]


def test_an_iterator_outlives_its_session(file):
    file.update_peers([Peer(1), Peer(2)])
    peers = file.peers()
    assert next(peers).id == 1
    file.close()
    assert [peer.id for peer in peers] == [2]
    assert list(peers) == []
