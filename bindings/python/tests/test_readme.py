"""The examples of the README run: those without a client wholly, the others as far as they are valid Python."""

import asyncio
import re
from pathlib import Path

import pytest
from libtgsession import Peer, Session

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
