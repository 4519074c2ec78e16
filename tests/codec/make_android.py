"""Writes a tgnet.dat with the real AndroidTelePorter 1.2.1, as JSON: python make_android.py > session_files/android.json"""

import base64
import json
import tempfile
from pathlib import Path

from AndroidTelePorter import AndroidSession

KEY = bytes((at * 5 + 5) % 256 for at in range(256))

with tempfile.TemporaryDirectory() as folder:
    AndroidSession.from_manual(auth_key=KEY, dc_id=4, user_id=777000123).to_tgnet(folder)
    files = {file.name: file.read_bytes() for file in Path(folder).rglob("*") if file.is_file()}

entry = {
    "library": "AndroidTelePorter",
    "version": "1.2.1",
    "format": "android",
    "file": base64.b64encode(files["tgnet.dat"]).decode(),
    "xml": files["userconfing.xml"].decode(),
    "fields": {"dc_id": 4, "auth_key": KEY.hex(), "test_mode": False},
}
print(json.dumps([entry], indent=1))
