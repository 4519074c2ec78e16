"""The examples of the README run: those without a client wholly, the others as far as they are valid Python. Those of the manual run
wholly, each in a process of its own.
"""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from libtgsession import Peer, Session

ROOT = Path(__file__).parents[3]
ORACLE = Path(os.environ.get("TGS_ORACLE_DIR") or ROOT / "target" / "oracle")
sys.path.append(str(ROOT / "tests" / "site"))

from snippets import fences, matches, prepare, snippets  # noqa: E402 - beside the manual's other snippets

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def log_in(path, format):
    with Session.open(path, format=format) as session:
        session.dc_id, session.server_address, session.port, session.auth_key = 4, "149.154.167.91", 443, bytes(256)
        session.update_peers([Peer(5, 6, "user", ["durov"])])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split("\n")[0])
def test_examples(example, tmp_path, monkeypatch, capsys):
    code = compile(example, "README.md", "exec")
    if "Client" in example:
        return
    monkeypatch.chdir(tmp_path)
    log_in(tmp_path / "my_account.session", "kurigram@7")
    log_in(tmp_path / "telethon.session", "telethon@8")
    names = {"Session": Session}
    exec(code, names)
    if "main" in names:
        asyncio.run(names["main"]())
        assert capsys.readouterr().out.startswith("4 InputPeer(id=7")
        return
    printed = capsys.readouterr().out
    assert "print(" not in example or ("kurigram@7 4" in printed and "InputPeer(id=5" in printed and "\n1B" in printed)


def test_there_are_examples():
    assert len(EXAMPLES) == 6


class Bucket(dict):
    """The object store of the example."""

    put = dict.__setitem__


def test_the_example_of_the_root(tmp_path):
    prepare(tmp_path)
    (example,) = fences("README.md", "python")
    bucket = Bucket(my_account=(tmp_path / "my_account.session").read_bytes())
    changing = example.replace("...", "session.dc_id = 2")
    exec(compile(changing, "README.md", "exec"), {"Session": Session, "bucket": bucket})
    with Session.open_bytes(bucket["my_account"]) as session:
        assert session.dc_id == 2


@pytest.mark.parametrize("snippet", snippets("python"), ids=lambda snippet: snippet.name)
def test_snippets_of_the_manual(snippet, tmp_path):
    prepare(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ORACLE / snippet.client) if snippet.client else ""}
    run = subprocess.run([sys.executable, "-B", "-c", snippet.code], cwd=tmp_path, env=environment, timeout=120,
                         capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert snippet.prints is None or matches(snippet.prints, run.stdout), run.stdout


def test_there_are_snippets():
    assert len(snippets("python")) >= 6
