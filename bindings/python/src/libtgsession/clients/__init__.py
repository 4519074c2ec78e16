"""Storages for the clients themselves: one module each, which imports its client.

    pyrogram, hydrogram, kurigram, electrogram, pyrofork, pyrotgfork: what their `Client` takes as a storage.
    telethon: what `TelegramClient` takes as a session.

Nothing here is imported by `libtgsession`, which needs none of the clients.
"""
