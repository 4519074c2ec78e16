"""Sessions as age files."""

import threading
import time

import libtgsession
import pytest
from libtgsession import Session

KEY = bytes(range(256))
RECIPIENT = "age1j9xgd6rqa7vyvj3svcqs8fs94d7pv24pr5qhman7vtmxflwfcumq2fd49f"
IDENTITY = "AGE-SECRET-KEY-14U7D8KWEENWG4JKJVJXRXNH9890TAWKH8L4RQ8XQ482SEQZZ6VXSHK7D8P"
OTHER = "AGE-SECRET-KEY-1ZQJ5HAVYLKZ83Q6R2AQWZLHFW7ZUDCT62WRWTT85D79LK9CHZKVS5ZQ02F"
PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def session():
    with Session.open(":memory:") as session:
        session.set_data(dc_id=2, api_id=1, test_mode=False, auth_key=KEY, user_id=5, is_bot=False)
        yield session


def test_a_recipient_opens_it(session):
    sealed = session.to_age(recipients=[RECIPIENT], format="telethon@8")
    assert sealed.startswith(b"age-encryption.org/v1\n") and KEY[:16] not in sealed
    for data in (sealed, bytearray(sealed), memoryview(sealed)):
        with Session.open_age(data, identity=f"# mine\n{IDENTITY}\n") as back:
            assert (back.format, back.auth_key, back.user_id) == ("telethon@8", KEY, 5)
    with Session.open_age(sealed, identity=IDENTITY, read_only=True) as back, pytest.raises(libtgsession.ReadOnlyError):
        back.user_id = 6
    with pytest.raises(libtgsession.WrongKeyError):
        Session.open_age(sealed, identity=OTHER)
    with pytest.raises(libtgsession.WrongKeyError, match="encrypted with age"):
        Session.open_bytes(sealed)
    with pytest.raises(libtgsession.CorruptError):
        Session.open_age(sealed[:-1], identity=IDENTITY)


def test_a_passphrase_is_tried_without_the_gil(session):
    sealed = session.to_age(passphrase=PASSPHRASE)
    thread = threading.Thread(target=lambda: Session.open_age(sealed, passphrase=PASSPHRASE).close())
    thread.start()
    turns = 0
    while thread.is_alive():
        turns += 1
        time.sleep(0.001)
    assert turns > 20
    with pytest.raises(libtgsession.WrongKeyError) as failure:
        Session.open_age(sealed, passphrase="wrong horse")
    assert "horse" not in str(failure.value)


def test_what_cannot_be_is_refused(session):
    for arguments in ({}, {"recipients": []}, {"passphrase": "x", "recipients": [RECIPIENT]}, {"passphrase": ""},
                      {"recipients": [RECIPIENT, IDENTITY]}, {"passphrase": "a\0b"}):  # fmt: skip
        with pytest.raises(libtgsession.InvalidArgumentError) as failure:
            session.to_age(**arguments)
        assert IDENTITY[20:40] not in str(failure.value)
    for arguments in ({"recipients": RECIPIENT}, {"recipients": [5]}, {"passphrase": b"x"}):
        with pytest.raises(TypeError):
            session.to_age(**arguments)
    sealed = session.to_age(recipients=[RECIPIENT])
    for arguments in ({}, {"passphrase": "x", "identity": IDENTITY}, {"identity": "no"}):
        with pytest.raises(libtgsession.InvalidArgumentError):
            Session.open_age(sealed, **arguments)
