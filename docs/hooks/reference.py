"""The pages of the reference: one for each chapter of include/tgsession.h."""

import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]
HEADER = ROOT / "include" / "tgsession.h"

CHAPTER = re.compile(r"^/\* -{10} (.+?) -+\n", re.MULTILINE)
COMMENT = re.compile(r"^/\*\*(.*?)\*/\n(.*?)(?=^$|^/\*\*|\Z)", re.DOTALL | re.MULTILINE)
MEMBER = re.compile(r"/\*\*(.*?)\*/\s*(\w+ = \d+,|[^;]*;)", re.DOTALL)
NAME = re.compile(r"\btgs_\w+|\bTGS_\w+")


def slug(title):
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def text_of(comment):
    """A comment without its stars."""
    return re.sub(r"^ *\*(?: |$)?", "", comment, flags=re.MULTILINE).strip()


class Chapter:
    def __init__(self, title, body):
        self.title = title
        self.uri = f"reference/{slug(title)}.md"
        introduction, _, self.rest = body.partition(" */\n")
        self.introduction = text_of(introduction)
        self.items = [(text_of(comment), declaration.rstrip()) for comment, declaration in COMMENT.findall(self.rest)]

    def names(self):
        return [declared(declaration) for _, declaration in self.items]


def declared(declaration):
    """The name that a declaration declares."""
    define = re.match(r"#define (\w+)", declaration)
    if define:
        return define[1]
    typedef = re.match(r"typedef (?:enum|struct) (\w+)", declaration)
    return typedef[1] if typedef else re.search(r"(\w+)\(", declaration)[1]


def chapters():
    header = HEADER.read_text(encoding="utf-8")
    parts = CHAPTER.split(header)[1:]
    parts[-1] = parts[-1].split("#ifdef __cplusplus")[0]
    return [Chapter(title, body) for title, body in zip(parts[::2], parts[1::2])]


def opening_words():
    """What the header says before its first chapter, without the licence of its example."""
    return text_of(HEADER.read_text(encoding="utf-8").split("*/", 1)[0].removeprefix("/*"))


class Links:
    """Where each name of the header is described."""

    def __init__(self, all_chapters):
        self.places = {name: (chapter.uri, name) for chapter in all_chapters for name in chapter.names()}
        for chapter in all_chapters:
            for _, declaration in chapter.items:
                if declaration.startswith("typedef enum"):
                    for member in re.findall(r"^    (TGS_\w+) =", declaration, re.MULTILINE):
                        self.places[member] = (chapter.uri, declared(declaration))
        for name in list(self.places):
            if name.startswith("TGS_ERROR_") or name in ("TGS_OK", "TGS_NOT_FOUND", "TGS_EXPIRED"):
                self.places[name] = ("errors.md", name)

    def in_text(self, text, uri, own=()):
        def link(match):
            if match[0] not in self.places or match[0] in own:
                return f"`{match[0]}`"
            page, anchor = self.places[match[0]]
            return f"[`{match[0]}`]({posixpath.relpath(page, posixpath.dirname(uri))}#{anchor.lower()})"

        pieces = re.split(r"(`[^`]*`)", text)
        return "".join(
            piece if piece.startswith("`") and not NAME.fullmatch(piece.strip("`")) else
            NAME.sub(link, piece.strip("`") if piece.startswith("`") else piece.replace("<", "&lt;").replace("*", "\\*"))
            for piece in pieces).replace(")()", ")").replace("`()", "`")


def fenced(text, links, uri):
    """Prose with its indented code, and that between fences, as code."""
    out, code = [], []
    in_fence = False
    for line in [*text.split("\n"), ""]:
        if line.startswith("```"):
            in_fence = not in_fence
            out.append(line)
        elif in_fence:
            out.append(line)
        elif line.startswith("    "):
            code.append(line[4:])
        else:
            if code:
                out += ["```c", *code, "```"]
                code = []
            out.append(links.in_text(line, uri))
    return "\n".join(out).strip()


PARAM = re.compile(r"^@param\[([\w,]+)\] +(\w+) +", re.MULTILINE)


def description(text, links, uri, own):
    """What a function does, takes and returns."""
    body, _, returns = text.partition("@return ")
    pieces = PARAM.split(body)
    out = [fenced(pieces[0], links, uri)]
    if len(pieces) > 1:
        out += ["", "| parameter | | |", "| --- | --- | --- |"]
        for way, name, what in zip(pieces[1::3], pieces[2::3], pieces[3::3]):
            what = links.in_text(" ".join(what.split()), uri, own).replace("|", "\\|")
            out.append(f"| `{name}` | {way} | {what} |")
    if returns:
        out += ["", "**Returns** " + links.in_text(" ".join(returns.split()), uri, own)]
    return "\n".join(out)


def members(declaration, links, uri):
    """The members of a struct or an enum, with what each means."""
    out = ["", "| member | |", "| --- | --- |"]
    for comment, member in MEMBER.findall(declaration):
        name = re.search(r"\(\*(\w+)\)|(\w+)(?:\[\w+\])?(?: = (\d+))?[;,]$", member)
        shown = name[1] or (f"{name[2]}` `= {name[3]}" if name[3] else name[2])
        what = links.in_text(" ".join(text_of(comment).split()), uri).replace("|", "\\|")
        out.append(f"| `{shown}` | {what} |")
    return "\n".join(out)


def code_of(declaration):
    """A declaration without the comments within it and without TGS_API."""
    if declaration.startswith("TGS_API "):
        return declaration.removeprefix("TGS_API ").replace("\n" + " " * len("TGS_API "), "\n")
    return re.sub(r"^ *\*.*\n|^ */\*\*.*\n", "", declaration, flags=re.MULTILINE)


def page_of(chapter, links):
    out = [f"# {chapter.title}", "", fenced(chapter.introduction, links, chapter.uri), ""]
    for text, declaration in chapter.items:
        name = declared(declaration)
        out += [f"## `{name}` {{ #{name.lower()} }}", "", "```c", code_of(declaration), "```", ""]
        out += [description(text, links, chapter.uri, (name,)), ""]
        if declaration.startswith("typedef") and "{" in declaration:
            out += [members(declaration, links, chapter.uri), ""]
    return "\n".join(out)


def on_config(config):
    reference = next(entry["Reference"] for entry in config.nav if isinstance(entry, dict) and "Reference" in entry)
    known = {entry for entry in reference if isinstance(entry, str)}
    reference += [chapter.uri for chapter in chapters() if chapter.uri not in known]
    return config


def on_files(files, config):
    all_chapters = chapters()
    links = Links(all_chapters)
    for chapter in all_chapters:
        files.append(File.generated(config, chapter.uri, content=page_of(chapter, links)))
    return files


def on_page_markdown(markdown, page, config, files):
    if "{{ opening words }}" not in markdown:
        return markdown
    return markdown.replace("{{ opening words }}", fenced(opening_words(), Links(chapters()), page.file.src_uri))
