"""Telethon: starts from a session file, asks, and learns a peer."""

import asyncio
import datetime

import common
import telethon
from telethon import TelegramClient, functions, types

SEEN = datetime.datetime.fromtimestamp(1700000001, datetime.timezone.utc)


def me():
    return types.User(id=common.ME, access_hash=common.ME_HASH, is_self=True, first_name="Me", username="tgs_me")


def vector(values):
    return (0x1CB5C415).to_bytes(4, "little") + len(values).to_bytes(4, "little") + b"".join(map(bytes, values))


def resolved():
    learned = types.User(
        id=common.LEARNED, access_hash=common.LEARNED_HASH, first_name="Three", username=common.LEARNED_USERNAME,
        phone=common.LEARNED_PHONE_NUMBER,
    )
    room = types.Channel(
        id=common.ROOM, title="Room", photo=types.ChatPhotoEmpty(), date=SEEN, megagroup=True,
        access_hash=common.ROOM_HASH, username=common.ROOM_USERNAMES[0],
    )
    return types.contacts.ResolvedPeer(peer=types.PeerUser(user_id=common.LEARNED), chats=[room], users=[learned])


def answers():
    table = {
        functions.help.GetNearestDcRequest: types.NearestDc(country=common.COUNTRY, this_dc=2, nearest_dc=2),
        functions.updates.GetStateRequest: types.updates.State(pts=1002, qts=5, date=SEEN, seq=78, unread_count=0),
        functions.updates.GetDifferenceRequest: types.updates.DifferenceEmpty(date=SEEN, seq=78),
        functions.users.GetUsersRequest: vector([me()]),
        functions.contacts.ResolveUsernameRequest: resolved(),
    }
    return {function.CONSTRUCTOR_ID: bytes(answer) for function, answer in table.items()}


async def go(path):
    client = TelegramClient(path, 12345, "0" * 32, receive_updates=False, connection_retries=1, request_retries=1)
    await client.connect()
    try:
        return await ask(client)
    finally:
        await client.disconnect()


def find(session, peer_id, usernames, phone_number):
    """A peer as the client's own session finds it."""
    peer = session.get_input_entity(peer_id)
    return {
        "id": peer_id,
        "access_hash": peer.access_hash,
        "type": {types.InputPeerUser: "user", types.InputPeerChannel: "channel"}[type(peer)],
        "usernames": [name for name in usernames if leads_to(session, peer, name)],
        "phone_number": phone_number if phone_number and leads_to(session, peer, "+" + phone_number) else None,
    }


def leads_to(session, peer, key):
    try:
        return session.get_input_entity(key) == peer
    except ValueError:
        return False


async def ask(client):
    news = client.session.get_input_entity("tgs_news")  # from the file
    anna = client.session.get_input_entity("tgs_anna")
    me = await client.get_me()
    nearest = await client(functions.help.GetNearestDcRequest())
    await client(functions.contacts.ResolveUsernameRequest(common.LEARNED_USERNAME))
    client.session.save()
    return {
        "version": telethon.__version__,
        "me": me.id if me else 0,
        "country": nearest.country,
        "key_id": common.key_id(client.session.auth_key.key),
        "news": news.access_hash,
        "anna": anna.access_hash,
        "learned": [
            find(client.session, common.LEARNED, [common.LEARNED_USERNAME], common.LEARNED_PHONE_NUMBER),
            find(client.session, common.ROOM_MARK, common.ROOM_USERNAMES, None),
        ],
    }


common.main(answers, lambda path, host, port: asyncio.run(go(path)))
