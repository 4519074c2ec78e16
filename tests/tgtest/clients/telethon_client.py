"""Telethon: starts from a session file, asks, and learns a peer."""

import asyncio
import datetime

import common
import telethon
from telethon import TelegramClient, functions, types


def me():
    return types.User(id=common.ME, access_hash=common.ME_HASH, is_self=True, first_name="Me", username="tgs_me")


def vector(values):
    return (0x1CB5C415).to_bytes(4, "little") + len(values).to_bytes(4, "little") + b"".join(map(bytes, values))


def resolved():
    learned = types.User(id=common.LEARNED, access_hash=common.LEARNED_HASH, first_name="Three", username="tgs_learned")
    return types.contacts.ResolvedPeer(peer=types.PeerUser(user_id=common.LEARNED), chats=[], users=[learned])


def answers():
    now = datetime.datetime.fromtimestamp(1700000001, datetime.timezone.utc)
    table = {
        functions.help.GetNearestDcRequest: types.NearestDc(country=common.COUNTRY, this_dc=2, nearest_dc=2),
        functions.updates.GetStateRequest: types.updates.State(pts=1002, qts=5, date=now, seq=78, unread_count=0),
        functions.updates.GetDifferenceRequest: types.updates.DifferenceEmpty(date=now, seq=78),
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


async def ask(client):
    news = client.session.get_input_entity("tgs_news")  # from the file
    anna = client.session.get_input_entity("tgs_anna")
    me = await client.get_me()
    nearest = await client(functions.help.GetNearestDcRequest())
    await client(functions.contacts.ResolveUsernameRequest("tgs_learned"))
    client.session.save()
    return {
        "version": telethon.__version__,
        "me": me.id if me else 0,
        "country": nearest.country,
        "key_id": common.key_id(client.session.auth_key.key),
        "news": news.access_hash,
        "anna": anna.access_hash,
        "learned": client.session.get_input_entity("tgs_learned").access_hash,
    }


common.main(answers, lambda path, host, port: asyncio.run(go(path)))
