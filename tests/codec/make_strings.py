"""Writes session strings with the real Python libraries that are installed, as JSON, to standard output.

Each library in an environment of its own (the Pyrogram family shares the module's name):

    pip install pyrogram==1.4.16 && python make_strings.py > pyrogram1.json
    pip install pyrogram==2.0.106 telethon==1.45.0 && python make_strings.py > pyrogram2.json
    pip install kurigram==2.2.26 && python make_strings.py > kurigram.json
    pip install hydrogram==0.2.0 && python make_strings.py > hydrogram.json

The keys are invented: see `invented_key`.
"""

import asyncio
import hashlib
import json
import pathlib
import sys
from importlib import metadata

CASES = json.loads((pathlib.Path(__file__).parent / "cases.json").read_text())


def invented_key(name):
    """256 bytes that belong to nobody; "zero" has runs of zeros in it."""
    key = b"".join(hashlib.sha256(f"tgsession {name} {part}".encode()).digest() for part in range(8))
    return key[:64] + bytes(100) + key[164:252] + bytes(4) if name == "zero" else key


def entry(library, form, case, names, string):
    fields = {name: case[name] for name in names} | {"auth_key": invented_key(case["key"]).hex()}
    version = metadata.version(library)
    return {"library": library, "version": version, "format": form, "fields": fields, "string": string}


def storage_class(package):
    """The class whose `export_session_string` is the library's own, answering from a case."""
    base = package.storage.Storage if hasattr(package.storage, "Storage") else package.storage.BaseStorage

    class Held:
        def __init__(self, case):
            self.case = case | {"auth_key": invented_key(case["key"])}

        def __getattr__(self, name):
            if name not in self.case:
                return getattr(base, name)

            async def field():
                return self.case[name]

            return field

        def export(self):
            return asyncio.run(base.export_session_string(self))

    return Held


def family(library, package):
    held = storage_class(package)
    is_old = library == "pyrogram" and metadata.version(library).startswith("1.")
    names = ["dc_id", "test_mode", "user_id", "is_bot"] + ([] if is_old else ["api_id"])
    form = "pyrogram-1" if is_old else "pyrogram"
    return [entry(library, form, case, names, held(case).export()) for case in CASES]


def telethon():
    from telethon.crypto import AuthKey
    from telethon.sessions import StringSession

    for case in CASES:
        session = StringSession()
        session.set_dc(case["dc_id"], case["server_address"], case["port"])
        session.auth_key = AuthKey(invented_key(case["key"]))
        yield entry("telethon", "telethon", case, ["dc_id", "server_address", "port"], session.save())


def main():
    strings = []
    for library, module in [("pyrogram", "pyrogram"), ("kurigram", "pyrogram"), ("hydrogram", "hydrogram")]:
        try:
            metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
        strings += family(library, __import__(f"{module}.storage"))
    try:
        strings += telethon()
    except ModuleNotFoundError:
        pass
    json.dump(strings, sys.stdout, indent=1)


main()
