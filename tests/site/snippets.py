"""The snippets of the manual (docs/pages): what each is, and the sessions that stand in the folder where it runs.

A fence is a snippet if its language is one that runs. It begins in a folder of its own, with the sessions of sessions.json. Where the
words "It prints:" and a fence of `text` come right after it, that is its output, in which … stands for anything. A comment before it,
`<!-- client: KEY -->`, names a client of tests/oracle that it needs.
"""

import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "pages"
FIXTURES = ROOT / "tests" / "fixtures"

# What READMEs leave to their readers, around their fences: programs.
FRAMES = ROOT / "tests" / "site" / "frames"
# What only shows a form, or what is printed.
SHOWN = {"text", "toml", "cmake", "json"}

FENCE = re.compile(r"(?:<!-- client: (?P<client>\S+) -->\n+)?^```(?P<language>\S*)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)
PRINTS = re.compile(r"\n+It prints:\n+```text\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INCLUDED = re.compile(r"\{\{ include \S+ \}\}\n")


class Snippet(NamedTuple):
    page: str
    line: int
    language: str
    code: str
    prints: "str | None"
    client: "str | None"

    @property
    def name(self):
        return f"{self.page}:{self.line}"


def snippets(*languages):
    """The snippets of these languages, or of all. One that includes a file is not among them: that file has its own test."""
    found = []
    for page in sorted(PAGES.rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        for fence in FENCE.finditer(text):
            if INCLUDED.fullmatch(fence["code"]) or fence["language"] in SHOWN:
                continue
            prints = PRINTS.match(text, fence.end())
            line = text.count("\n", 0, fence.start("language")) + 1
            found.append(Snippet(str(page.relative_to(PAGES)), line, fence["language"], fence["code"],
                                 prints and prints[1], fence["client"]))
    return [snippet for snippet in found if not languages or snippet.language in languages]


def fences(path, language):
    """The fences of a language in a file, in their order."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return [fence["code"] for fence in FENCE.finditer(text) if fence["language"] == language]


def framed(frame):
    """A program made of a file of tests/site/frames: what the READMEs leave to their readers, and the fences that stand in it as
    {{ FILE NUMBER }}. A line … or ... of a fence is left out. Also which fences those are.
    """
    language = frame.suffix[1:]
    used = []

    def fence(match):
        used.append((match[1], int(match[2])))
        return re.sub(r"^(?:…|\.\.\.)\n", "", fences(match[1], language)[int(match[2]) - 1], flags=re.MULTILINE)

    code = re.sub(r"^\{\{ (\S+) (\d+) \}\}\n", fence, frame.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return Snippet(f"tests/site/frames/{frame.name}", 1, language, code, None, None), used


def prepare(folder):
    """Puts the sessions into a folder, each its owner's only, as its client makes it."""
    for name, fixture in json.loads((ROOT / "tests" / "site" / "sessions.json").read_text()).items():
        path = Path(folder) / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(FIXTURES / fixture, path)
        path.chmod(0o600)


def matches(expected, printed):
    """Whether all that is printed is what is expected. A line … stands for any lines, and … in a line for any text."""
    pattern = "\n".join(re.escape(line.rstrip()) for line in expected.strip("\n").split("\n"))
    pattern = re.sub(r"(?m)^…$", "(?:.*\n)*.*", pattern).replace("…", "[^\n]*")
    printed = "\n".join(line.rstrip() for line in printed.strip("\n").split("\n"))
    return re.fullmatch(pattern, printed) is not None
