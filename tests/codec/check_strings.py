"""Reads session strings with the real Python libraries that are installed.

Standard input: a JSON list of {"format": "pyrogram" | "pyrogram-1" | "telethon", "string": "…"}; others are skipped.
Standard output: a JSON list of {"library", "format", "string", "fields"} or {…, "error"}, one for each library that
reads the format. Environments: as for make_strings.py.
"""

import asyncio
import json
import pathlib
import sys
from importlib import metadata

NAMES = ["dc_id", "api_id", "test_mode", "user_id", "is_bot"]


def installed(library):
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def storage(library, string):
    """The library's own in-memory storage, made of a string."""
    here = pathlib.Path(".")
    if library == "hydrogram":
        from hydrogram.storage import SQLiteStorage

        return SQLiteStorage("check", session_string=string, use_memory=True)
    if library == "kurigram":
        from pyrogram.storage import SQLiteStorage

        return SQLiteStorage("check", here, session_string=string, in_memory=True)
    from pyrogram.storage import MemoryStorage

    return MemoryStorage(string) if is_old(library) else MemoryStorage("check", string)


def is_old(library):
    return library == "pyrogram" and installed(library).startswith("1.")


async def family(library, string):
    held = storage(library, string)
    await held.open()
    names = [name for name in NAMES if not (is_old(library) and name == "api_id")]
    fields = {name: await getattr(held, name)() for name in names}
    for name in ["test_mode", "is_bot"]:
        fields[name] = bool(fields[name])
    key = (await held.auth_key()).hex()
    closing = held.conn.close()
    if closing is not None:
        await closing
    return fields | {"auth_key": key}


def telethon(string):
    from telethon.sessions import StringSession

    held = StringSession(string)
    return {
        "dc_id": held.dc_id,
        "server_address": held.server_address,
        "port": held.port,
        "auth_key": held.auth_key.key.hex(),
    }


def readers(form):
    if form == "telethon" and installed("telethon"):
        yield "telethon", telethon
    for library in ["pyrogram", "kurigram", "hydrogram"]:
        reads = {"pyrogram"} if library == "hydrogram" else {"pyrogram", "pyrogram-1"}
        if installed(library) and form in ({"pyrogram-1"} if is_old(library) else reads):
            yield library, lambda string, library=library: asyncio.run(family(library, string))


def main():
    answers = []
    for asked in json.load(sys.stdin):
        for library, read in readers(asked["format"]):
            answer = {"library": f"{library} {installed(library)}", **asked}
            try:
                answer["fields"] = read(asked["string"])
            except Exception as error:  # whatever the library raises is the answer
                answer["error"] = repr(error)
            answers.append(answer)
    json.dump(answers, sys.stdout, indent=1)


main()
