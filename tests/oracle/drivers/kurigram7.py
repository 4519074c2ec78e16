"""Kurigram from 2.2.10 and pyrotgfork from 2.2: one class, options in its constructor."""

from .storage import StorageDriver


class Library(StorageDriver):
    def make_file(self, name, folder, options):
        from pyrogram.storage import SQLiteStorage
        # options: {"use_wal": true or false}; without it the library's own default.
        return SQLiteStorage(name, folder, **options)

    def make_memory(self, text):
        from pathlib import Path

        from pyrogram.storage import SQLiteStorage
        return SQLiteStorage("oracle", Path("."), session_string=text, in_memory=True)

    def client(self):
        from pyrogram import Client
        return Client

    def types(self):
        from pyrogram.raw import types
        return types

    def update_state_class(self):
        from pyrogram.storage import UpdateState
        return UpdateState
