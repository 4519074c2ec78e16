"""The data centres of a login as a mapping."""

import asyncio

import pytest
from libtgsession import AsyncSession, DataCenter, DataCenters, DcAddress, InvalidArgumentError, Session

KEY = bytes(range(256))
ADDRESSES = (DcAddress("149.154.167.91", 443), DcAddress("2001:67c:4e8:f004::b", 65535, True))
WHOLE = DataCenter(KEY, KEY[::-1], 2**63 - 1, ADDRESSES)


@pytest.fixture
def session(tmp_path):
    with Session.open(tmp_path / "a.session", format="telethon@8") as session:
        yield session


def test_they_are_a_mapping(session):
    found = session.data_centers
    assert (len(found), list(found), dict(found)) == (0, [], {})
    found[4] = WHOLE
    found[203] = DataCenter()
    found[5] = (bytearray(KEY), None, None, [("::1", 80)])
    assert dict(found) == {4: WHOLE, 5: DataCenter(KEY, addresses=(DcAddress("::1", 80),)), 203: DataCenter()}
    assert list(found) == [4, 5, 203] and len(found) == 3
    assert 4 in found and 1 not in found and "4" not in found
    assert found.get(1) is None
    del found[5]
    for call in (lambda: found[5], lambda: found.__delitem__(5)):
        with pytest.raises(KeyError):
            call()
    found.discard(5)
    assert list(session.data_centers) == [4, 203]


def test_the_home_one_is_in_the_fields(session):
    session.set_data(dc_id=2, server_address="149.154.167.50", port=443, auth_key=KEY)
    home = DcAddress("149.154.167.50", 443)
    assert dict(session.data_centers) == {2: DataCenter(KEY, addresses=(home,))}
    session.data_centers[2] = DataCenter(tmp_auth_key=KEY[::-1], tmp_expires_at=5, addresses=ADDRESSES)
    assert (session.auth_key, session.tmp_auth_key) == (KEY, KEY[::-1])
    assert session.data_centers[2] == DataCenter(KEY, KEY[::-1], 5, (home, *ADDRESSES))
    del session.data_centers[2]
    assert session.data_centers[2] == DataCenter(KEY, KEY[::-1], addresses=(home,))


def test_no_key_is_shown(session):
    session.data_centers[4] = DataCenter(b"secret" * 42 + b"keys", addresses=ADDRESSES)
    for shown in (session.data_centers, dict(session.data_centers), session.inspect(show_secrets=True)):
        assert "secret" not in repr(shown) and "4" in repr(shown)
    assert "auth_key of 256 bytes" in repr(WHOLE) and "149.154.167.91" in repr(WHOLE)


@pytest.mark.parametrize(
    ("id", "data_center", "error"),
    [
        (0, WHOLE, InvalidArgumentError),
        (2**31, WHOLE, InvalidArgumentError),
        ("4", WHOLE, TypeError),
        (4, DataCenter(KEY[1:]), InvalidArgumentError),
        (4, DataCenter(tmp_auth_key="text"), TypeError),
        (4, DataCenter(tmp_expires_at=2**63), InvalidArgumentError),
        (4, DataCenter(addresses=[DcAddress("::1", 65536)]), InvalidArgumentError),
        (4, DataCenter(addresses=[DcAddress("::1", 0)]), InvalidArgumentError),
        (4, DataCenter(addresses=[DcAddress("a\0b", 1)]), InvalidArgumentError),
        (4, DataCenter(addresses=[DcAddress("::1", 1)] * 65), InvalidArgumentError),
        (4, DataCenter(addresses=[("::1",)]), TypeError),
        (4, None, TypeError),
    ],
)
def test_what_is_none_is_refused(session, id, data_center, error):
    with pytest.raises(error):
        session.data_centers[id] = data_center
    assert len(session.data_centers) == 0


def test_an_id_that_none_has(session):
    assert -1 not in session.data_centers and session.data_centers.get(-(2**31)) is None
    session.data_centers.discard(-1)
    assert isinstance(session.data_centers, DataCenters)


def test_asyncio_has_them_too(tmp_path):
    async def main():
        async with AsyncSession.open(tmp_path / "a.session") as session:
            (await session.data_centers)[4] = WHOLE
            return dict(await session.data_centers)

    assert asyncio.run(main()) == {4: WHOLE}
