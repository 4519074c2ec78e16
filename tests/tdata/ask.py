"""Reads and writes folders of Telegram Desktop with opentele2 and opentele-ng.

Standard input: a JSON list of {"do": "read", "folder", "passcode"} and {"do": "write", "folder", "passcode", "active", "accounts":
[{"index", "user_id", "dc_id", "test_mode", "keys": {"2": hexadecimal digits, …}}]}. Standard output: a JSON list of {"library",
"folder", "accounts"} as each library reads them, or {"library", "folder", "error"}; of what was written without accounts.
"""

import json
import os
import sys
import tempfile

from opentele.td import TDesktop
from opentele2._native import Account, TData, account_mtp_config

# Where the config of an account notes the environment.
ENVIRONMENT = slice(4, 8)
TEST = (1).to_bytes(4, "big")


def read_opentele2(folder, passcode):
    def told(account):
        return {
            "index": account.index,
            "user_id": account.user_id,
            "dc_id": account.main_dc,
            "test_mode": account_mtp_config(account)["environment"] == "test",
            "keys": {str(dc): key.hex() for dc, key in account.keys},
        }

    data = TData.load(folder, passcode.encode())
    return [told(account) for account in data.accounts]


def read_opentele_ng(folder, passcode):
    def told(account):
        keys = account._Account__mtpKeys
        return {
            "index": account.index,
            "user_id": int(account.UserId),
            "dc_id": int(account.MainDcId),
            "test_mode": account.MtpConfig._dcOptions.isTestMode(),
            "keys": {str(int(key.dcId)): bytes(key.key).hex() for key in keys},
        }

    return [told(account) for account in TDesktop(folder, passcode=passcode or None).accounts]


def production_config():
    with tempfile.TemporaryDirectory() as folder:
        TData.new([Account(0, 1, 2, [(2, bytes(256))])], b"", False, 0).save(folder)
        return TData.load(folder).accounts[0].config


def write_opentele2(asked):
    def made(told):
        keys = [(int(dc), bytes.fromhex(key)) for dc, key in told["keys"].items()]
        config = bytearray(production_config())
        if told["test_mode"]:
            config[ENVIRONMENT] = TEST
        return Account(told["index"], told["user_id"], told["dc_id"], keys, bytes(config))

    accounts = [made(told) for told in asked["accounts"]]
    os.makedirs(asked["folder"])
    TData.new(accounts, asked["passcode"].encode(), False, asked["active"]).save(asked["folder"])


def write_opentele_ng(asked):
    """It only writes what it has read."""
    with tempfile.TemporaryDirectory() as made:
        folder = os.path.join(made, "tdata")
        write_opentele2({**asked, "folder": folder, "passcode": ""})
        os.makedirs(asked["folder"])
        TDesktop(folder).SaveTData(asked["folder"], passcode=asked["passcode"] or None)


READERS = {"opentele2": read_opentele2, "opentele-ng": read_opentele_ng}
WRITERS = {"opentele2": write_opentele2, "opentele-ng": write_opentele_ng}


def answers(asked):
    if asked["do"] == "write":
        WRITERS[asked["library"]](asked)
        yield {"library": asked["library"], "folder": asked["folder"]}
        return
    for library, read in READERS.items():
        answer = {"library": library, "folder": asked["folder"]}
        try:
            yield {**answer, "accounts": read(asked["folder"], asked["passcode"])}
        except Exception as error:  # whatever it is, the test shows it
            yield {**answer, "error": f"{type(error).__name__}: {error}"}


json.dump([answer for asked in json.load(sys.stdin) for answer in answers(asked)], sys.stdout)
