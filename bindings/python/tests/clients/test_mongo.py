"""Sessions in MongoDB, where Pyrofork's own class takes `mongodb=`: one test for both, and each reads the other's."""

import os
import uuid

import libtgsession as tgs
import pymongo
import pytest
from libtgsession.clients._mongo import location, url_of
from libtgsession.clients.pyrofork import MongoStorage as Ours
from motor.motor_asyncio import AsyncIOMotorClient
from pyrogram import Client, raw
from pyrogram.storage.mongo_storage import MongoStorage as Theirs

KEY = bytes(range(256))


@pytest.fixture
def url():
    if "TGS_MONGODB" not in os.environ:
        pytest.skip("TGS_MONGODB is not set")
    return os.environ["TGS_MONGODB"]


async def write(storage):
    await storage.open()
    await storage.auth_key(KEY)
    await storage.user_id(7770001234)
    await storage.is_bot(False)
    await storage.test_mode(False)
    await storage.api_id(5)
    await storage.update_peers([(7770001, -5, "user", "anna", "491"), (-1001777000301, 6, "channel", "news", None)])
    await storage.update_state((0, 1, 2, 3, 4))
    await storage.save()


async def check(storage):
    await storage.open()
    assert (await storage.auth_key(), await storage.user_id(), await storage.dc_id()) == (KEY, 7770001234, 2)
    anna = raw.types.InputPeerUser(user_id=7770001, access_hash=-5)
    assert await storage.get_peer_by_id(7770001) == anna
    assert await storage.get_peer_by_username("anna") == anna
    assert await storage.get_peer_by_phone_number("491") == anna
    with pytest.raises(KeyError, match="Username not found: nobody"):
        await storage.get_peer_by_username("nobody")
    assert [tuple(state) for state in await storage.update_state()] == [(0, 1, 2, 3, 4)]
    await storage.close()


@pytest.mark.parametrize("kind", ["url", "motor", "pymongo"])
def test_one_session_for_both(loop, url, kind):
    async def run():
        motor, name = AsyncIOMotorClient(url), f"tgs_{uuid.uuid4().hex[:12]}"
        connection = {"url": url, "motor": motor, "pymongo": pymongo.AsyncMongoClient(url)}[kind]
        theirs, ours = Theirs(name, motor), Ours(name, connection, remove_peers=True)
        assert Client("my_account", api_id=5, api_hash="hash", storage=ours).storage is ours
        await write(theirs)
        await check(ours)
        await ours.delete()
        ours = Ours(name, connection, remove_peers=True)
        await write(ours)
        await check(theirs)
        await ours.close()
        await motor.drop_database(name)

    loop.run_until_complete(run())


def test_a_connection_tells_its_address_and_login():
    client = pymongo.AsyncMongoClient("mongodb://me:p%40ss@a:1,b:2/?replicaSet=r&authSource=x", connect=False)
    expected = "mongodb://me:p%40ss@a:1,b:2/?tls=false&replicaSet=r&authSource=x"
    assert url_of(client) == expected
    assert location(expected, "my account", True) == (
        "mongodb://me:p%40ss@a:1,b:2/my%20account?tls=false&replicaSet=r&authSource=x&remove_peers=true"
    )
    for wrong in ("http://host/", 5, None):
        with pytest.raises(tgs.InvalidArgumentError, match=r"mongodb:// URL"):
            Ours("my_account", wrong)
