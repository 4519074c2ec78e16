"""The page of all commands and options, made of the man pages in share/man."""

import re
from pathlib import Path

from mkdocs.structure.files import File

MAN = Path(__file__).resolve().parents[2] / "share" / "man" / "man1"
URI = "reference/command-line.md"

TITLE = """# Every command

Made of the man pages. [Command line](../start/command-line.md) is the introduction.

"""
# What a man page says of the program as a whole, in each.
LEFT_OUT = {"NAME", "VERSION", "SUBCOMMANDS"}


def plain(text):
    """A line without the marks of its font."""
    text = text.replace("\\-", "-").replace("\\*(Aq", "'").replace("\\(aq", "'").replace("\\(bu", "-")
    return re.sub(r"\\f[BIR]", "", text)


def prose(text):
    """A line as Markdown, in which nothing is a mark but code in its own quotes."""
    pieces = re.split(r"(`[^`]*`)", plain(text))
    return "".join(piece if piece.startswith("`") else re.sub(r"(?<!\w)(--[\w-]+|[A-Z]+-[A-Z]+-\S+|\w+_\w+(?:=\S+?)?)(?=[\s,;:.)]|$)", r"`\1`",
                   piece.replace("<", "&lt;").replace("*", "\\*")) for piece in pieces)


def sections(path):
    """[(title, lines)] of a man page."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(".SH "):
            found.append((line[4:].strip('"'), []))
        elif found:
            found[-1][1].append(line)
    return found


def options(lines):
    """A list of what a command takes: each with its paragraphs and the values that it can have."""
    out, is_name, values = [], False, []
    for line in [*lines, ".TP"]:
        if values and not line.startswith(".IP") and line.startswith("."):
            out += ["", "    " + ", ".join(f"`{value}`" for value in values)]
            values = []
        if line == ".TP":
            is_name = True
        elif line.startswith(".IP"):
            values.append(None)
        elif line.startswith("."):
            continue
        elif values and values[-1] is None:
            values[-1] = plain(line)
        elif is_name:
            out += ["", f"- `{plain(line)}`", ""]
            is_name = False
        elif line:
            out += ["    " + prose(line), ""]
    return out


def section_of(path):
    name = path.stem.replace("-", " ", 1)
    out = [f"## {name}", ""]
    for title, lines in sections(path):
        if title == "SYNOPSIS":
            out += ["```text", *(plain(line).strip() for line in lines), "```", ""]
        elif title == "OPTIONS":
            out += [*options(lines), ""]
        elif title not in LEFT_OUT:
            out += ["" if line.startswith(".") else prose(line) for line in lines] + [""]
    return "\n".join(out)


def on_config(config):
    reference = next(entry["Reference"] for entry in config.nav if isinstance(entry, dict) and "Reference" in entry)
    reference.insert(1, URI)
    return config


def on_files(files, config):
    pages = sorted(MAN.glob("tgsession*.1"))
    files.append(File.generated(config, URI, content=TITLE + "\n\n".join(section_of(page) for page in pages)))
    return files
