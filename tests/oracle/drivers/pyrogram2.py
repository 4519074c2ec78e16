"""Pyrogram from 1.0, and the forks that kept FileStorage and MemoryStorage."""

import inspect
import os

from .storage import StorageDriver


class Library(StorageDriver):
    def make_file(self, name, folder, options):
        from pyrogram.storage import FileStorage
        # As in pyrogram1: a converted JSON file goes to the current folder.
        os.chdir(folder)
        return FileStorage(name, folder)

    def make_memory(self, text):
        from pyrogram.storage import MemoryStorage
        if "session_string" in inspect.signature(MemoryStorage.__init__).parameters:
            return MemoryStorage("oracle", text)
        # Until 1.4 the string was passed instead of a name.
        return MemoryStorage(text)

    def client(self):
        from pyrogram import Client
        return Client

    def types(self):
        from pyrogram.raw import types
        return types
