#!/usr/bin/env python3
"""check.py SITE: whether each link of the built manual leads somewhere, whether its pages load nothing from elsewhere, and whether the
error codes and the reference are those of include/tgsession.h.
"""

import posixpath
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
HEADER = ROOT / "include" / "tgsession.h"
# Built by other programs, each with tests of its own: only that what we link to is there.
FOREIGN = ("rustdoc/", "web/")
# Attributes that make a browser load something. A link is loaded when it is followed.
LOADS = {"src", "srcset", "poster", "data", "action", "background"}
POLICY = {"default-src": {"'none'"}, "connect-src": {"'self'"}, "script-src": {"'self'", "'unsafe-inline'"}}


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.loads, self.policy = set(), [], [], None
        self.titles, self.paragraphs, self.text = [], [], None
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids |= {attributes.get("id"), attributes.get("name") if tag == "a" else None} - {None}
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        elif tag == "link" and not {"prev", "next", "canonical"} & set(attributes.get("rel", "").split()):
            self.loads.append(attributes.get("href") or "")
        elif tag == "link":
            self.links.append(attributes.get("href") or "")
        elif tag == "meta" and attributes.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = attributes["content"]
        self.loads += [value for name, value in attributes.items() if name in LOADS and value]
        if tag in ("h2", "p"):
            self.text = self.titles if tag == "h2" else self.paragraphs
            self.text.append("")

    def handle_endtag(self, tag):
        if tag in ("h2", "p"):
            self.text = None

    def handle_data(self, data):
        if self.text is not None:
            self.text[-1] += data


def pages_of(site):
    names = (str(path.relative_to(site)) for path in sorted(site.rglob("*.html")))
    return {name: Page(site / name) for name in names if not name.startswith(FOREIGN)}


def broken_link(site, pages, name, link):
    """Why a link of a page leads nowhere, or None. One to another host is not followed."""
    parts = urlsplit(link)
    if parts.scheme in ("https", "mailto"):
        return None
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return "is neither relative nor https"
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
    if not (site / target).is_file():
        return "is not there"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
        return "has no such anchor"
    return None


def check_links(site, pages):
    for name, page in pages.items():
        for link in page.links:
            reason = broken_link(site, pages, name, link)
            if reason:
                yield f"{name}: {link} {reason}"


def check_loads(site, pages):
    for name, page in pages.items():
        for load in page.loads:
            if not load.startswith("data:") and (urlsplit(load).scheme or broken_link(site, pages, name, load)):
                yield f"{name}: it loads {load}, which is elsewhere or not there"
        directives = dict(part.strip().partition(" ")[::2] for part in (page.policy or "").split(";"))
        for directive, allowed in POLICY.items():
            if set(directives.get(directive, "*").split()) - allowed:
                yield f"{name}: its Content-Security-Policy allows more than {directive} {' '.join(sorted(allowed))}"
    for style in sorted(site.rglob("*.css")):
        if str(style.relative_to(site)).startswith(FOREIGN):
            continue
        for url in re.findall(r"(?:url\(|@import )[\"']?([^\"')]+)", style.read_text(encoding="utf-8")):
            if not url.startswith(("data:", "#")) and (urlsplit(url).scheme or url.startswith("//")):
                yield f"{style.relative_to(site)}: it loads {url}"


def check_markdown(pages):
    """No list, table or heading is left as text, because its indent or a line before it is not as MkDocs wants it."""
    for name, page in pages.items():
        for paragraph in page.paragraphs:
            left = re.search(r"^(?:- |\d+\. |\| |#+ |```|\{\{).*", paragraph, re.MULTILINE)
            if left:
                yield f"{name}: it shows Markdown: {left[0][:60]}"


def check_errors(pages):
    """Each status of the header has its section, with its number, and no other has one."""
    text = HEADER.read_text(encoding="utf-8")
    enum = re.search(r"typedef enum tgs_status \{(.*?)\} tgs_status;", text, re.DOTALL)[1]
    known = {name: int(number) for name, number in re.findall(r"(TGS_\w+) = (\d+),", enum)}
    described = [title.strip("¶ \n") for title in pages["errors.html"].titles]
    for name in sorted(set(known) ^ set(described)):
        yield f"errors.html: {name} is {'missing' if name in known else 'no status of the header'}"
    page = (ROOT / "docs" / "pages" / "errors.md").read_text(encoding="utf-8")
    told = {name: int(number) for name, number in re.findall(r"^## `(\w+)`\n\n\*\*(\d+)\*\* – ", page, re.MULTILINE)}
    for name in sorted(known):
        if told.get(name) != known[name]:
            yield f"errors.html: {name} is {known[name]}, not {told.get(name)}"
    for name in sorted(known):
        section = page.partition(f"## `{name}`")[2].partition("\n## ")[0]
        if known[name] >= 1 and "**Do:** " not in section:
            yield f"errors.html: {name} does not say what to do"


def check_reference(pages):
    """Each function, struct and constant of the header has its place in the reference."""
    code = re.sub(r"/\*.*?\*/", "", HEADER.read_text(encoding="utf-8"), flags=re.DOTALL)
    names = set(re.findall(r"\b(tgs_\w+)\(", code)) | set(re.findall(r"^\} (tgs_\w+);", code, re.MULTILINE))
    names |= set(re.findall(r"^#define (TGS_\w+) ", code, re.MULTILINE)) - {"TGS_API"}
    anchors = set().union(*(page.ids for name, page in pages.items() if name.startswith("reference/")))
    for name in sorted(names):
        if name.lower() not in anchors:
            yield f"reference: {name} is missing"


def main(site):
    site = Path(site)
    pages = pages_of(site)
    wrong = [*check_links(site, pages), *check_loads(site, pages), *check_markdown(pages), *check_errors(pages), *check_reference(pages)]
    print("\n".join(wrong) or f"site: {len(pages)} pages, {sum(len(page.links) for page in pages.values())} links")
    return 1 if wrong or len(pages) < 40 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
