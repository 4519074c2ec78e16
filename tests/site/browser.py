#!/usr/bin/env python3
"""browser.py SITE [FOLDER]: opens each page of the built manual from the disk, wide and narrow, light and dark. None complains, asks for
anything but its own files, or is wider than the window. The search finds what there is, from the disk and from a server. Pictures of
the pages go to FOLDER.
"""

import functools
import http.server
import sys
import threading
from pathlib import Path

from chromium import Chromium

SIZES = {"wide": (1280, 900), "narrow": (360, 740)}
WIDTH = "document.documentElement.scrollWidth - innerWidth"
# A page of each kind is looked at in all four ways, the others once wide and once narrow.
KINDS = {"index.html", "install.html", "start/cpp.html", "formats/sqlite.html", "errors.html", "reference/peers.html", "performance.html"}


def check_page(browser, base, name, size, scheme, pictures):
    browser.open(base + name, *SIZES[size], scheme)
    shown = f"{name} ({size}, {scheme})"
    yield from (f"{shown}: {complaint}" for complaint in browser.complaints())
    yield from (f"{shown}: it asks for {url}" for url in browser.requests() if not url.startswith((base, "data:", "blob:")))
    wider = browser.value(WIDTH)
    if wider > 0:
        yield f"{shown}: it is {wider} pixels wider than the window"
    if browser.value("document.body.dataset.mdColorScheme") != {"light": "default", "dark": "slate"}[scheme]:
        yield f"{shown}: its colours are others"
    if pictures:
        browser.screenshot(Path(pictures) / f"{name.removesuffix('.html').replace('/', '-')}-{size}-{scheme}.png")


def check_search(browser, base, pictures):
    """Types a name of the header into the field, and looks at the first answers."""
    browser.open(base + "index.html")
    browser.value("document.querySelector('#__search').click(), document.querySelector('.md-search__input').focus()")
    browser.call("Input.insertText", text="tgs_merge_peers")
    results = "[...document.querySelectorAll('.md-search-result__link')].map(link => link.href)"
    browser.wait_for(f"{results}.length > 0")
    found = browser.value(results)
    if not any("reference/peers.html" in link for link in found):
        yield f"the search from {base} finds {found}"
    yield from (f"the search from {base}: {complaint}" for complaint in browser.complaints())
    if pictures:
        browser.screenshot(Path(pictures) / f"search-{base.partition(':')[0]}.png")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Says nothing of each request."""


def served(site):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main(site, pictures=None):
    site = Path(site).resolve()
    disk = f"file://{site}/"
    names = [str(path.relative_to(site)) for path in sorted(site.rglob("*.html"))]
    names = [name for name in names if not name.startswith(("rustdoc/", "web/"))]
    wrong = []
    with Chromium() as browser:
        for name in names:
            ways = [(size, scheme) for size in SIZES for scheme in ("light", "dark")]
            for size, scheme in ways if name in KINDS else [ways[0], ways[3]]:
                wrong += check_page(browser, disk, name, size, scheme, pictures)
        wrong += check_search(browser, disk, pictures)
        server = served(site)
        wrong += check_search(browser, f"http://127.0.0.1:{server.server_port}/", pictures)
        server.shutdown()
    print("\n".join(wrong) or f"browser: {len(names)} pages, and the search")
    return 1 if wrong or not set(names) >= KINDS else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
