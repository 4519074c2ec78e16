"""quickstart.py FIXTURES FOLDER: the installed package reads every client's file, writes one of its own, and converts."""

import glob
import os
import sys

from libtgsession import Peer, Session

fixtures, folder = sys.argv[1:]
opened = [Session.open(file, read_only=True) for file in glob.glob(os.path.join(fixtures, "*", "account.session"))]
assert len(opened) > 10, opened
for session in opened:
    assert len(session.auth_key) == 256, session.format
    session.close()

path = os.path.join(folder, "new.session")
with Session.open(path, format="telethon@10") as session:
    session.set_data(dc_id=4, server_address="149.154.167.91", port=443, auth_key=bytes(range(256)), user_id=777000, is_bot=False)
    session.update_peers([Peer(7, 8, "user", ["anna"])])
with Session.open(path) as session:
    assert str(session.format) == "telethon@10", session.format
    assert session.peer_by_username("@Anna").access_hash == 8
    with Session.open(os.path.join(folder, "pyrogram.session"), format="pyrogram@3") as target:
        session.convert(target, {"api_id": 12345})
        assert target.auth_key == bytes(range(256))
