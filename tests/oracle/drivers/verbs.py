"""The verbs of oracle.py. Each takes a driver, a path and the JSON that came in."""

import os
import sys
import time

from .common import describe_error, peers_of

SESSION_ORDER = ("dc_id", "server_address", "port", "api_id", "test_mode", "auth_key",
                 "user_id", "is_bot", "takeout_id", "tmp_auth_key")


real_time = time.time


def pin_clock(data):
    """{"now": seconds} sets the time that the library sees."""
    now = data.get("now")
    time.time = real_time if now is None else lambda: float(now)


async def fill(driver, data):
    given = data.get("session", {})
    fields = {name: given[name] for name in SESSION_ORDER if name in given}
    if fields:
        await driver.set_session(fields)
    if data.get("peers"):
        await driver.update_peers(data["peers"], data.get("via", "storage"))
    if data.get("update_states"):
        await driver.set_states(data["update_states"])
    if data.get("sent_files"):
        await driver.set_files(data["sent_files"])


async def write(driver, path, data):
    pin_clock(data)
    await driver.open(path, data.get("options", {}))
    await fill(driver, data)
    if data.get("save", True):
        await driver.save()
    # save() sets the date to the current time, so a requested date is written after it.
    if "date" in data.get("session", {}):
        await driver.set_session({"date": data["session"]["date"]})
    await driver.close()
    return {"written": True}


async def look_up(driver, what, key):
    try:
        return await driver.lookup(what, key)
    except Exception as error:  # the library's own answer, whatever its class
        return describe_error(error)


async def look_up_all(driver, lookups):
    return {what: {str(key): await look_up(driver, what, key) for key in keys}
            for what, keys in lookups.items()}


async def read(driver, path, data):
    pin_clock(data)
    await driver.open(path, data.get("options", {}))
    answer = {"library": driver.key, "session": await driver.session()}
    for name in ("states", "files"):
        value = await getattr(driver, name)()
        if value is not None:
            answer["update_states" if name == "states" else "sent_files"] = value
    answer["lookups"] = await look_up_all(driver, data.get("lookups", {}))
    dump = await driver.dump()
    answer.update(dump)
    answer["peers"] = peers_of(dump) if "tables" in dump else answer["peers"]
    await driver.close()
    return answer


async def string(driver, path, data):
    pin_clock(data)
    await driver.open(path, data.get("options", {}))
    text = await driver.export_string()
    await driver.close()
    return {"string": text}


async def read_string(driver, path, data):
    pin_clock(data)
    return {"session": await driver.read_string(data["string"])}


async def spill(driver, pages):
    """A small page cache makes SQLite write pages before the commit: only so does
    a killed process leave a hot journal with a database that was already changed."""
    if pages:
        await driver.rows("PRAGMA cache_size=%d" % pages)


async def hold(driver, path, data, say, listen):
    pin_clock(data)
    await driver.open(path, data.get("options", {}))
    await spill(driver, data.get("cache_pages"))
    await fill(driver, data)
    say({"ready": True})
    if listen().strip() != "close":
        os._exit(0)
    await driver.save()
    await driver.close()
    return {"closed": True}


def churn_peers(first, count, turn):
    """Users first, first+1, …; the hash contains the number of the round that wrote it."""
    return [{"id": first + n, "access_hash": turn * 1000000 + n, "type": "user",
             "usernames": ["tgs_churn_%d" % (first + n)], "phone_number": None,
             "name": "Churn %d" % n} for n in range(count)]


async def churn(driver, path, data, say, listen):
    await driver.open(path, data.get("options", {}))
    await spill(driver, data.get("cache_pages"))
    for turn in range(1, data.get("rounds", 10) + 1):
        peers = churn_peers(data.get("first_id", 777000500000), data.get("batch", 50), turn)
        await driver.update_peers(peers, data.get("via", "storage"))
        if data.get("save", True):
            await driver.save()
        say({"round": turn})
        time.sleep(data.get("sleep", 0))
    await driver.close()
    return {"rounds": data.get("rounds", 10)}


async def info(driver, path, data):
    import sqlite3
    name, version = driver.entry["requirements"][0].split("==")
    return {"library": name, "version": version, "schema": driver.entry["schema"],
            "driver": driver.entry["driver"], "python": sys.version.split()[0],
            "sqlite": sqlite3.sqlite_version}


async def delete(driver, path, data):
    await driver.open(path, data.get("options", {}))
    await driver.delete()
    await driver.close()
    return {"deleted": True}


PLAIN = {"delete": delete, "write": write, "read": read, "string": string, "read-string": read_string, "info": info}
TALKING = {"hold": hold, "churn": churn}
