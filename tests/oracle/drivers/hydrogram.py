"""Hydrogram: one storage class for files and memory, under another package name."""

from .storage import StorageDriver


class Library(StorageDriver):
    def make_file(self, name, folder, options):
        from hydrogram.storage import SQLiteStorage
        return SQLiteStorage(name, folder)

    def make_memory(self, text):
        from hydrogram.storage import SQLiteStorage
        return SQLiteStorage("oracle", session_string=text, use_memory=True)

    def client(self):
        from hydrogram import Client
        return Client

    def types(self):
        from hydrogram.raw import types
        return types
