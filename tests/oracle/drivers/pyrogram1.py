"""Pyrogram 0.15 to 0.18: synchronous, the fields are properties."""

import os

from .storage import StorageDriver


class Library(StorageDriver):
    def make_file(self, name, folder, options):
        from pyrogram.client.storage import FileStorage
        # A converted JSON file is renamed to a bare name: into the current folder.
        os.chdir(folder)
        return FileStorage(name, folder)

    def make_memory(self, text):
        from pyrogram.client.storage import MemoryStorage
        return MemoryStorage(text)

    def client(self):
        from pyrogram import Client
        return Client

    def types(self):
        from pyrogram.api import types
        return types

    async def get(self, name):
        return getattr(self.storage, name)

    async def set(self, name, value):
        setattr(self.storage, name, value)
