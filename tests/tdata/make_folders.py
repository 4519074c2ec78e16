"""Folders of Telegram Desktop with invented keys, as real programs write them: opentele2 in the layout since 7.3, and
opentele-ng in the classic one.

pip install -r requirements.txt && python make_folders.py folders
"""

import sys
import tempfile
from pathlib import Path

from opentele.td import TDesktop
from opentele2._native import Account, TData

PASSCODE = "пароль Ёлки 🔑"


def key(seed: int) -> bytes:
    return bytes((at * seed + seed) % 256 for at in range(256))


def accounts() -> list[Account]:
    return [
        Account(0, 777000123, 2, [(2, key(5)), (4, key(7))]),
        Account(2, 5000000123, 4, [(1, key(9)), (4, key(11))]),
    ]


def since_7_3(folder: Path, passcode: str) -> None:
    folder.mkdir()
    TData.new(accounts(), passcode.encode(), False, 2).save(folder)


def classic(folder: Path, passcode: str) -> None:
    with tempfile.TemporaryDirectory() as made:
        TData.new(accounts(), b"", False, 2).save(made)
        folder.mkdir()
        TDesktop(made).SaveTData(str(folder), passcode=passcode or None)


def other_name(folder: Path) -> None:
    folder.mkdir()
    data = TData.new(accounts()[:1], b"", True, 0)
    data.key_file = "opentele"
    data.save(folder)


root = Path(sys.argv[1])
root.mkdir(exist_ok=True)
since_7_3(root / "since-7.3", "")
since_7_3(root / "since-7.3-passcode", PASSCODE)
classic(root / "classic", "")
classic(root / "classic-passcode", PASSCODE)
other_name(root / "other-name")
