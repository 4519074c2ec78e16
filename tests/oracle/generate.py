#!/usr/bin/env python3
"""Makes tests/fixtures with the real libraries: generate.py [KEY...].

What an upgrade starts from is another library's account.session, so with no
KEY all accounts are made before the first upgrade.
"""

import json
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import sample
from client import Oracle, OracleError
from kill import kill_in_a_write
from paths import FIXTURES, LIBRARIES, WITH_FILES

PARALLEL = 2
COMPANIONS = ("", "-journal", "-wal")
EIGHT_HOURS = 8 * 3600
PEERS_SHOWN = 40


class Folder:
    """The fixtures of one library: its files, their .json, and the manifest."""

    def __init__(self, key):
        self.key, self.entry = key, LIBRARIES[key]
        self.path = os.path.join(FIXTURES, key)
        self.work = tempfile.mkdtemp(prefix="oracle-")
        self.manifest_path = os.path.join(self.path, "manifest.json")
        self.variants = {}

    def file(self, name):
        return os.path.join(self.work, name + ".session")

    def read_copy(self, oracle, name, **data):
        """Reading changes a file (VACUUM, upgrades), so a copy is read."""
        folder = tempfile.mkdtemp(dir=self.work)
        for end in COMPANIONS:
            if os.path.exists(self.file(name) + end):
                shutil.copy(self.file(name) + end, folder)
        return oracle("read", os.path.join(folder, name + ".session"), **data)

    def readings(self, oracle, name, lookups):
        names = {"usernames": lookups.get("usernames", [])}
        try:
            read = self.read_copy(oracle, name, lookups=lookups)
            later = self.read_copy(oracle, name, lookups=names, now=time.time() + EIGHT_HOURS + 60)
        except OracleError as error:
            return {"read_failed": error.reason()}
        for dump in ("tables", "schema"):
            read.pop(dump, None)
        read["peers_total"] = len(read["peers"])
        read["peers"] = read["peers"][:PEERS_SHOWN]
        return {"read": read, "usernames_after_8_hours": later["lookups"]["usernames"]}

    def keep(self, oracle, name, how, put_in=None, lookups=None, **notes):
        """Adds a finished file to the fixtures, with what the library itself reads from it."""
        lookups = lookups or {}
        expected = {"library": self.key, "made_by": how, "put_in": put_in,
                    **self.readings(oracle, name, lookups)}
        files = [name + ".session" + end for end in COMPANIONS
                 if os.path.exists(self.file(name) + end)]
        for file in files:
            shutil.copy(os.path.join(self.work, file), self.path)
        write_json(os.path.join(self.path, name + ".json"), expected)
        self.variants[name] = {"files": files, "made_by": how, **notes}

    def refuse(self, name, how, error):
        """Records in the manifest what the library cannot do."""
        self.variants[name] = {"files": [], "made_by": how, "failed": error.reason()}

    def close(self, info):
        manifest = {**info, "key": self.key, "command": "python3 tests/oracle/generate.py " + self.key,
                    "variants": dict(sorted(self.variants.items()))}
        write_json(self.manifest_path, manifest)
        shutil.rmtree(self.work)


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.write("\n")


def is_json(entry):
    return entry["schema"] == "json"


def is_telethon(entry):
    return entry["driver"].startswith("telethon")


def is_wal(file):
    """The file format versions of SQLite's header are 2 in WAL mode."""
    with open(file, "rb") as database:
        return database.read(20)[18:] == b"\2\2"


def account_of(key, entry):
    """The fullest account that this library can hold, as steps of writing."""
    peers = sample.plain_peers()
    if not is_json(entry):
        peers += sample.wide_peers()
    peers += [p for p in sample.kurigram_peers() if p["type"] in entry.get("extra_types", ())]
    user = sample.SMALL_USER if is_json(entry) else sample.BIG_USER
    # Telethon 1.43 cannot open what it wrote with a takeout id (see the README).
    extra = {} if key == "telethon-1.43.2" else {"takeout_id": 1234567890123456789}
    main = {"session": sample.session(key, user_id=user, **extra), "via": "client", "peers": peers,
            "update_states": sample.states(null_allowed=not is_telethon(entry)),
            "sent_files": sample.files()}
    if is_json(entry):
        main["now"] = sample.DATE
    steps = [main]
    if not is_json(entry) and not is_telethon(entry):
        steps.append({"peers": sample.odd_peers(), "session": {"date": sample.DATE}})
    return steps


def make_fresh(folder, oracle):
    if is_json(folder.entry):
        return  # these libraries write no file before they have a key
    oracle("write", folder.file("fresh"), save=False)
    folder.keep(oracle, "fresh", "opened and closed, never logged in")


def make_account(folder, oracle):
    steps = account_of(folder.key, folder.entry)
    for step in steps:
        oracle("write", folder.file("account"), **step)
    peers = [p for step in steps for p in step["peers"]]
    put_in = dict(steps[0], peers=peers)
    folder.keep(oracle, "account", "write: session and peers through the client's own code, "
                "then group -777000202 through the storage", put_in, sample.lookups(peers))


def make_moved(folder, oracle):
    """One username on two peers, written one second apart."""
    if is_telethon(folder.entry) and not folder.entry.get("self_entity"):
        return
    first, second = sample.moved_username()
    step = {"session": sample.session("moved", user_id=sample.SMALL_USER), "via": "client"}
    oracle("write", folder.file("moved"), peers=first, **step)
    time.sleep(1.1)
    oracle("write", folder.file("moved"), via="client", peers=second)
    folder.keep(oracle, "moved", "tgs_moved seen on user 777000101, a second later on "
                "supergroup -1001777000303", {"peers": first + second},
                sample.lookups(first + second))


def make_killed(folder, oracle):
    if is_json(folder.entry):
        return
    file = folder.file("killed")
    for step in account_of(folder.key, folder.entry):
        oracle("write", file, **step)
    # Telethon's rows fill fewer pages: it has no index.
    count = 600 if is_telethon(folder.entry) else 250
    story = kill_in_a_write(folder.key, file, sample.crowd(count))
    asked = sample.lookups(sample.plain_peers() + sample.crowd(3))
    folder.keep(oracle, "killed", story["made_by"], None, asked, committed=story["committed"])


def make_killed_new(folder, oracle):
    """In WAL mode a client that is killed may leave all it wrote in the -wal."""
    if is_json(folder.entry) or not is_wal(folder.file("fresh")):
        return
    peers = sample.plain_peers()
    story = kill_in_a_write(folder.key, folder.file("killed-new"), peers,
                            session=sample.session("killed-new"), cache_pages=None)
    folder.keep(oracle, "killed-new", story["made_by"], {"peers": peers}, sample.lookups(peers),
                committed="what is in the -wal; the .session alone is nearly empty")


def make_disconnected(folder, oracle):
    """Telethon 1.28 to 1.36 forgot all names when it disconnected; 1.45 does not."""
    if folder.key not in ("telethon-1.36.0", "telethon-1.45.0"):
        return
    peers = sample.plain_peers()
    file = folder.file("disconnected")
    oracle("write", file, session=sample.session("disconnected", user_id=777000101), peers=peers)
    oracle("write", file, peers=peers, via="disconnect")
    folder.keep(oracle, "disconnected", "peers seen, then the client's own saving at disconnect",
                {"peers": peers}, sample.lookups(peers))


def make_tmp_key(folder, oracle):
    """The temporary key reaches the disk only if the caller asks for it."""
    if folder.key != "telethon-1.45.0":
        return
    session = sample.session("tmp key", tmp_auth_key=sample.auth_key("temporary"))
    oracle("write", folder.file("tmp-key"), session=session,
           options={"store_tmp_auth_key_on_disk": True})
    folder.keep(oracle, "tmp-key", "store_tmp_auth_key_on_disk", {"session": session})


def make_reopened(folder, oracle):
    """Telethon 1.43 reads takeout_id and tmp_auth_key swapped, and writes them so."""
    if folder.key != "telethon-1.43.2":
        return
    file = folder.file("reopened")
    session = sample.session("reopened")
    oracle("write", file, session=session)
    oracle("write", file, session={"dc_id": 4})
    folder.keep(oracle, "reopened", "logged in, opened again, the session row written again",
                {"session": session})
    takeout = folder.file("takeout")
    oracle("write", takeout, session=sample.session("takeout", takeout_id=99))
    folder.keep(oracle, "takeout", "logged in with a takeout_id: cannot be opened again")


def string_accounts(entry):
    yield "user", sample.session("string user", user_id=sample.SMALL_USER)
    yield "big-user", sample.session("string big user")
    yield "bot", sample.session("string bot", dc_id=2, user_id=sample.SMALL_USER + 1, is_bot=True)
    yield "test-mode", sample.session("string test", dc_id=3, user_id=sample.SMALL_USER, test_mode=True)
    yield "cdn", sample.session("string cdn", dc_id=203, user_id=sample.SMALL_USER)
    if is_telethon(entry):
        yield "ipv6", sample.session("string ipv6", server_address="2001:67c:4e8:f004::a")


def make_string(folder, oracle, name, session):
    """A session string, the fields that went in, and what the library reads back."""
    file = folder.file("string-" + name)
    try:
        oracle("write", file, session=session)
        text = oracle("string", file)["string"]
        return {"string": text, "put_in": session, "read": oracle("read-string", string=text)["session"]}
    except OracleError as error:
        return {"put_in": session, "failed": error.reason()}


def make_strings(folder, oracle):
    if is_json(folder.entry):
        return
    strings = {name: make_string(folder, oracle, name, session)
               for name, session in string_accounts(folder.entry)}
    if all("No module named" in s.get("failed", "") or "cannot import" in s.get("failed", "")
           for s in strings.values()):
        return  # this version has no session strings
    write_json(os.path.join(folder.path, "strings.json"), strings)


def see_peers_now(file):
    """The usernames of Pyrogram's family expire 8 hours after the peer was seen: the file may be of another day."""
    with sqlite3.connect(file) as database:
        if any(column[1] == "last_update_on" for column in database.execute("PRAGMA table_info(peers)")):
            database.execute("UPDATE peers SET last_update_on = CAST(STRFTIME('%s', 'now') AS INTEGER)")
    database.close()


def make_upgrade(folder, oracle, older):
    name = "upgraded-from-" + older
    file = folder.file(name)
    shutil.copy(os.path.join(FIXTURES, older, "account.session"), file)
    if not is_json(LIBRARIES[older]):
        see_peers_now(file)
    how = "account.session of %s, its peers seen now, opened and closed" % older
    # A converted JSON file's peers are on disk only once the client has saved.
    step = {"save": True, "session": {"date": sample.DATE}} if is_json(LIBRARIES[older]) else {"save": False}
    asked = sample.lookups(sample.plain_peers() + sample.wide_peers() + sample.later_peers())
    try:
        oracle("write", file, **step)
        folder.keep(oracle, name, how, None, asked)
    except OracleError as error:
        folder.refuse(name, how, error)
        return
    if folder.entry.get("peers", "one") != "one":
        # Only where the names have moved to another table does it show anything.
        make_used(folder, oracle, name, how + ", then some peers seen again", asked)


def make_used(folder, oracle, upgraded, how, asked):
    name = upgraded.replace("upgraded", "used-after-upgrade")
    shutil.copy(folder.file(upgraded), folder.file(name))
    later = sample.later_peers()
    try:
        oracle("write", folder.file(name), via="client", peers=later)
        folder.keep(oracle, name, how, {"peers": later}, asked)
    except OracleError as error:
        folder.refuse(name, how, error)


ACCOUNTS = (make_fresh, make_account, make_moved, make_killed, make_killed_new,
            make_disconnected, make_tmp_key, make_reopened, make_strings)


def make_accounts(key):
    folder = Folder(key)
    shutil.rmtree(folder.path, ignore_errors=True)
    os.makedirs(folder.path)
    with Oracle(key) as oracle:
        for make in ACCOUNTS:
            make(folder, oracle)
        folder.close(oracle("info"))


def make_upgrades(key):
    folder = Folder(key)
    with open(folder.manifest_path) as manifest:
        folder.variants = json.load(manifest)["variants"]
    with Oracle(key) as oracle:
        for older in folder.entry.get("upgrades_from", ()):
            make_upgrade(folder, oracle, older)
        folder.close(oracle("info"))


def main(keys):
    for phase in (make_accounts, make_upgrades):
        with ThreadPoolExecutor(PARALLEL) as pool:
            for key, job in [(key, pool.submit(phase, key)) for key in keys]:
                job.result()
                print("%s: %s" % (phase.__name__, key), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or WITH_FILES)
