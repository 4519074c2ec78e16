"""Makes the search work from a disk too, where a page may neither fetch its index nor start a worker from a file: both are
written as scripts. The theme reads the one, assets/worker.js the other. And leaves out what has the site's address in it, which is
not known here."""

import json
from pathlib import Path


def on_post_build(config):
    site = Path(config.site_dir)
    index = (site / "search" / "search_index.json").read_text(encoding="utf-8")
    (site / "search" / "search_index.js").write_text(f"var __index = {index}", encoding="utf-8")
    (worker,) = site.glob("assets/javascripts/workers/search.*.min.js")
    text = json.dumps(worker.read_text(encoding="utf-8"))
    (site / "search" / "worker.js").write_text(f"window.__worker = {text}", encoding="utf-8")
    for name in ("404.html", "sitemap.xml", "sitemap.xml.gz"):
        (site / name).unlink()
