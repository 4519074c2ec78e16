"""Pyrogram or Kurigram, whichever is on the path: starts from a session file, asks, and learns a peer."""

import asyncio
import os

import common

asyncio.set_event_loop(asyncio.new_event_loop())  # Pyrogram asks for one while it is imported

import pyrogram
from pyrogram import raw


def me():
    return raw.types.User(id=common.ME, access_hash=common.ME_HASH, is_self=True, first_name="Me", username="tgs_me")


def vector(values):
    return raw.core.Vector(values)


def full_user():
    """What Kurigram's get_me wants, with the fewest members that its layer knows."""
    settings = raw.types.PeerSettings()
    notify = raw.types.PeerNotifySettings()
    full = raw.types.UserFull(id=common.ME, settings=settings, notify_settings=notify, common_chats_count=0)
    return raw.types.users.UserFull(full_user=full, chats=[], users=[me()])


def resolved():
    learned = raw.types.User(
        id=common.LEARNED, access_hash=common.LEARNED_HASH, first_name="Three", username=common.LEARNED_USERNAME,
        phone=common.LEARNED_PHONE_NUMBER,
    )
    names = [raw.types.Username(username=name, active=True) for name in common.ROOM_USERNAMES]
    room = raw.types.Channel(
        id=common.ROOM, title="Room", photo=raw.types.ChatPhotoEmpty(), date=1700000000, megagroup=True,
        access_hash=common.ROOM_HASH, usernames=names,
    )
    return raw.types.contacts.ResolvedPeer(peer=raw.types.PeerUser(user_id=common.LEARNED), chats=[room], users=[learned])


def answers():
    functions, types = raw.functions, raw.types
    table = {
        functions.help.GetNearestDc: types.NearestDc(country=common.COUNTRY, this_dc=2, nearest_dc=2),
        functions.updates.GetState: types.updates.State(pts=1002, qts=5, date=1700000001, seq=78, unread_count=0),
        functions.users.GetUsers: vector([me()]),
        functions.users.GetFullUser: full_user(),
        functions.contacts.ResolveUsername: resolved(),
    }
    return {function.ID: answer if isinstance(answer, bytes) else answer.write() for function, answer in table.items()}


def lead_to(host, port):
    """Kurigram finds the address in the file. Pyrogram has its data centres' addresses in its code, and no place for
    another one in its file."""
    from pyrogram.connection import connection

    if hasattr(connection, "DataCenter"):
        connection.DataCenter = lambda *_: (host, port)


async def go(path, host, port):
    folder, name = os.path.split(path)
    lead_to(host, port)
    app = pyrogram.Client(name.removesuffix(".session"), workdir=folder, no_updates=True)
    await app.start()
    try:
        return await ask(app)
    finally:
        await app.stop()


async def find(storage, peer_id, usernames, phone_number):
    """A peer as the client's own storage finds it. Its lookups do not tell channels and supergroups apart; the table does."""
    peer = await storage.get_peer_by_id(peer_id)
    (kind,) = storage.conn.execute("SELECT type FROM peers WHERE id = ?", (peer_id,)).fetchone()
    return {
        "id": peer_id,
        "access_hash": peer.access_hash,
        "type": kind,
        "usernames": [name for name in usernames if await leads_to(peer, storage.get_peer_by_username, name)],
        "phone_number": phone_number if await leads_to(peer, storage.get_peer_by_phone_number, phone_number) else None,
    }


async def leads_to(peer, lookup, key):
    try:
        return await lookup(key) == peer
    except KeyError:
        return False


async def ask(app):
    news = await app.storage.get_peer_by_username("tgs_news")  # from the file
    anna = await app.storage.get_peer_by_username("tgs_anna")
    nearest = await app.invoke(raw.functions.help.GetNearestDc())
    await app.resolve_peer(common.LEARNED_USERNAME)  # asks, and saves the answer
    return {
        "version": pyrogram.__version__,
        "me": app.me.id,
        "country": nearest.country,
        "key_id": common.key_id(await app.storage.auth_key()),
        "news": news.access_hash,
        "anna": anna.access_hash,
        "learned": [
            await find(app.storage, common.LEARNED, [common.LEARNED_USERNAME], common.LEARNED_PHONE_NUMBER),
            await find(app.storage, common.ROOM_MARK, common.ROOM_USERNAMES, ""),
        ],
    }


def run(path, host, port):
    return asyncio.get_event_loop_policy().get_event_loop().run_until_complete(go(path, host, port))


common.main(answers, run)
