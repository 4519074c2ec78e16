"""Pyrofork's MongoStorage over Motor, on the server of $TGS_MONGODB. The file's name is the session's."""

import os

from . import pyrogram2
from .common import finish, plain
from .storage import name_and_folder

# The names of the same columns in Pyrofork's files.
TABLES = {"peers": {"_id": "id"}, "usernames": {"_id": "id"}, "update_state": {"_id": "id"}, "session": {}}


class Library(pyrogram2.Library):
    async def open(self, path, options):
        from motor.motor_asyncio import AsyncIOMotorClient
        from pyrogram.storage.mongo_storage import MongoStorage
        name, _ = name_and_folder(path)
        self.connection = AsyncIOMotorClient(os.environ["TGS_MONGODB"])
        self.storage = MongoStorage(name, self.connection, **options)
        await finish(self.storage.open())

    async def close(self):
        await finish(self.storage.close())
        self.connection.close()

    async def states(self):
        return await super().states() if await self.storage.update_state() else []

    async def dump(self):
        tables = {}
        for table, renamed in TABLES.items():
            documents = await self.storage.database[table].find().to_list(None)
            columns = sorted({key for document in documents for key in document})
            rows = [[plain(document.get(column)) for column in columns] for document in documents]
            # The library does not know our own part of a document.
            rows = [[None if isinstance(value, dict) and "hex" not in value else value for value in row] for row in rows]
            tables[table] = {"columns": [renamed.get(column, column) for column in columns], "rows": rows}
        return {"tables": tables}
