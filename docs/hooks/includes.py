"""Takes what READMEs and source files say into a page, so that each fact stands in one place.

    {{ include README.md#in-use }}                                  the section with that anchor, without its heading
    {{ include bindings/go/README.md -development -testing }}       all but the title and these sections; they may be left out of a section too
    {{ include bindings/c/quickstart.c }}                           a file that is no Markdown, as it is: within a fence
    {{ about src/codec/gotd_json.rs }}                              what the file of Rust says of itself, all but its first line; or one
                                                                    section of that, as above
    {{ with web }}TEXT                                              the line TEXT, if the site has the page for browsers

Headings in a section move to the level below the heading that it is included under. A link to a file leads to the page that
includes it, or to the repository. A picture goes into the site.
"""

import os
import posixpath
import re
import shutil
from pathlib import Path

from markdown.extensions.toc import slugify

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "https://github.com/tgsession/tgsession"
DIRECTIVE = re.compile(r"^\{\{ include (?P<path>[^\s#}]+)(?:#(?P<section>[\w-]+))?(?P<without>(?: -[\w-]+)*) \}\}$", re.MULTILINE)
ABOUT = re.compile(r"^\{\{ about (\S+\.rs)(?:#([\w-]+))? \}\}$", re.MULTILINE)
WITH_WEB = re.compile(r"^\{\{ with web \}\}(.*\n)", re.MULTILINE)
HEADING = re.compile(r"^(#+) (.*)$")
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")

PICTURE = re.compile(r'(?<=src=")[^":]+\.svg|(?<=srcset=")[^":]+\.svg')
PICTURES = "assets/pictures"

# The pictures that pages show.
pictures = set()
# (path of a file, anchor of a section or None) -> the page that has it, and the anchor there
places = {}


def anchor(title):
    """The anchor of a heading, as GitHub and the page make it."""
    return slugify(re.sub(r"`|\*\*|\[([^\]]*)\]\([^)]*\)", r"\1", title), "-")


def lines_with_levels(text):
    """(line, level of the heading that it is or 0). A line that looks like a heading within a fence is none."""
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        heading = None if fenced else HEADING.match(line)
        yield line, len(heading[1]) if heading else 0


def sections(text):
    """[(level, anchor, lines)] of a text; what stands before the first heading is of level 0."""
    found = [(0, "", [])]
    for line, level in lines_with_levels(text):
        if level:
            found.append((level, anchor(HEADING.match(line)[2]), []))
        found[-1][2].append(line)
    return found


def one_section(parts, wanted, path):
    """The parts of a section and of those below it, and its level."""
    begin = next((place for place, part in enumerate(parts) if part[1] == wanted), None)
    if begin is None:
        raise ValueError(f"{path} has no section #{wanted}")
    level = parts[begin][0]
    end = next((place for place in range(begin + 1, len(parts)) if parts[place][0] <= level), len(parts))
    return parts[begin:end], level


def wanted_lines(match):
    """The lines that an include brings along, without the heading above them, and the level of that."""
    path, without = match["path"], match["without"].replace(" -", " ").split()
    parts, level = sections(read(path)), 1
    if match["section"]:
        parts, level = one_section(parts, match["section"], path)
    lines, skipped, left = [], 0, set(without)
    for own, name, more in parts:
        if skipped and (own == 0 or own > skipped):
            continue
        skipped = own if name in left else 0
        left.discard(name)
        if not skipped:
            lines += more[1:] if own == level else more
    if left:
        raise ValueError(f"{path} has no section {', '.join(sorted(left))}")
    return lines, level


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def target_of(link, source, page_uri):
    """Where a link of a file leads from the page that includes it."""
    if re.match(r"[a-z]+:", link):
        return link
    path, _, fragment = link.partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), path)) if path else source
    place = places.get((path, fragment or None)) or places.get((posixpath.join(path, "README.md"), None))
    if place:
        page, name = place
        return posixpath.relpath(page, posixpath.dirname(page_uri) or ".") + (f"#{name}" if name else "")
    if not (ROOT / path).exists():
        raise ValueError(f"{source} links to {link}, which is not there")
    kind = "tree" if (ROOT / path).is_dir() else "blob"
    return f"{REPOSITORY}/{kind}/main/{path}" + (f"#{fragment}" if fragment else "")


def shown(picture, source, page_uri):
    """Where a picture of a file stands, for the page that includes the file."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), picture))
    pictures.add(path)
    return posixpath.relpath(f"{PICTURES}/{posixpath.basename(path)}", posixpath.dirname(page_uri) or ".")


def deepened(text):
    """What belongs to an entry of a list, which READMEs indent by two or three characters and MkDocs by four. The next entry needs
    an empty line before it there.
    """
    pieces = re.split(r"(^```.*?^```$)", text, flags=re.DOTALL | re.MULTILINE)
    return "".join(piece if piece.startswith("```") else deepened_prose(piece) for piece in pieces)


def deepened_prose(text):
    out, first = [], ""
    for line in re.sub(r"^ {2,3}(?=\S)", "    ", text, flags=re.MULTILINE).split("\n"):
        if line.startswith("- ") and first.startswith("    "):
            out.append("")
            first = ""
        first = (first or line) if line else ""
        out.append(line)
    return "\n".join(out)


def included(match, page_uri, level_above):
    path = match["path"]
    if not path.endswith(".md"):
        return read(path).rstrip("\n")
    lines, level = wanted_lines(match)
    shifted = []
    for line, own in lines_with_levels("\n".join(lines)):
        shifted.append("#" * max(own + level_above - level, 2) + line[own:] if own else line)
    text = deepened("\n".join(shifted).strip("\n"))
    text = PICTURE.sub(lambda picture: shown(picture[0], path, page_uri), text)
    return LINK.sub(lambda link: f"[{link[1]}]({target_of(link[2], path, page_uri)})", text)


def about(path, section, level_above):
    """The documentation at the head of a file of Rust. Its first line is the heading that stands above; links within it are names."""
    head = re.match(r"(?://!.*\n)+", read(path))[0]
    lines = [line.removeprefix("//!").removeprefix(" ") for line in head.splitlines()]
    _, _, text = "\n".join(lines).partition("\n\n")
    if section:
        (_, _, lines), *below = one_section(sections(text), section, path)[0]
        text = "\n".join(lines[1:] + [line for part in below for line in part[2]]).strip("\n")
    text = re.sub(r"\[`([\w:]+?)`\]", lambda link: f"`{link[1].rpartition('::')[2]}`", text)
    return "\n".join("#" * (level + level_above) + line[level:] if level else line for line, level in lines_with_levels(text))


def heading_before(markdown, place):
    """The level and the anchor of the heading that a place of a text stands under; no anchor for the title."""
    level, lines = next((level, lines) for level, _, lines in reversed(sections(markdown[:place])) if level)
    own = re.search(r"\{ *#([\w-]+) *\}$", lines[0])
    return level, "" if level == 1 else own[1] if own else anchor(HEADING.match(lines[0])[2])


def names_of(match):
    """The anchors of the headings that an include brings along."""
    return [name for _, name, _ in sections("\n".join(wanted_lines(match)[0])) if name]


def on_files(files, config):
    """Notes which page has what, before the first page is made."""
    places.clear()
    for file in files.documentation_pages():
        if not file.abs_src_path:
            continue
        markdown = Path(file.abs_src_path).read_text(encoding="utf-8")
        for match in DIRECTIVE.finditer(markdown):
            above = heading_before(markdown, match.start())[1]
            places.setdefault((match["path"], match["section"]), (file.src_uri, above))
            for name in names_of(match) if match["path"].endswith(".md") else []:
                places.setdefault((match["path"], name), (file.src_uri, name))
    return files


def on_page_markdown(markdown, page, config, files):
    markdown = WITH_WEB.sub(r"\1" if os.environ.get("TGS_SITE_WEB") else "", markdown)
    markdown = ABOUT.sub(lambda match: about(match[1], match[2], heading_before(markdown, match.start())[0]), markdown)
    return DIRECTIVE.sub(
        lambda match: included(match, page.file.src_uri, heading_before(markdown, match.start())[0]), markdown)


def on_page_content(html, page, config, files):
    """A short name in a table does not break at its hyphens."""
    return re.sub(r"<code>([^<]{1,24})</code>", r'<code class="short">\1</code>', html)


def on_post_build(config):
    place = Path(config.site_dir) / PICTURES
    place.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        shutil.copyfile(ROOT / picture, place / posixpath.basename(picture))
