"""sqlite_source.py FEATURES: the amalgamation that the library is built with, wherever cargo keeps it. SQLCipher's is SQLite's own
as long as SQLITE_HAS_CODEC is not defined, and so it is plain SQLite here.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

# Which package has it, and where.
SOURCES = {True: ("sqlcipher-src", "sqlcipher/sqlcipher.c"), False: ("libsqlite3-sys", "sqlite3/sqlite3.c")}


def main(features):
    cargo = os.environ.get("CARGO", "cargo")
    command = [cargo, "metadata", "--format-version", "1", "--locked", "--all-features"]
    packages = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["packages"]
    package, source = SOURCES["sqlcipher" in features.split(",")]
    manifest = next(Path(found["manifest_path"]) for found in packages if found["name"] == package)
    print(manifest.parent / source)


if __name__ == "__main__":
    main(sys.argv[1])
