"""The results as tables in Markdown: who down, what across."""

from functools import partial

from measure import NO_FILE
from operations import BY_KEY, OPERATIONS

TITLES = {
    "create": "new file", "bulk": "bulk /peer", "open": "open + field + close", "field": "one field", "export": "export",
    "by_id": "by id", "by_username": "by username", "by_phone": "by phone", "by_id_hot": "by id, hot", "known_50": "50 known /peer",
    "known_200": "200 known /peer", "only_200": "200 known, not committed /peer", "new_200": "200 new /peer",
}  # fmt: skip


def significant(value):
    """Three digits, no exponent."""
    if value == 0:
        return "0"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def table(results, sizes, cell, candidates=None):
    """Rows of candidates; columns of the operations for which anybody has a cell."""
    keys = candidates or list(results["candidates"])
    cells = {(who, operation.key): cell(sizes.get(operation.key, {}), who) for who in keys for operation in OPERATIONS}
    shown = [operation.key for operation in OPERATIONS if any(cells[who, operation.key] for who in keys)]
    lines = ["| | " + " | ".join(TITLES[key] for key in shown) + " |", "| --- |" + " ---: |" * len(shown)]
    for who in keys:
        label = results["candidates"][who]["label"]
        lines.append(f"| {label} | " + " | ".join(cells[who, key] or "–" for key in shown) + " |")
    return "\n".join(lines)


def microseconds(operation, who, clock):
    result = operation.get(who, {})
    if "failed" in result:
        return "fails"
    return significant(result["median"][clock] * 1e6) if "median" in result else None


def ratio(operation, who, clock):
    found = operation.get(who, {}).get("ratio")
    return significant(found[clock]) if found is not None else None


def written(operation, who):
    """Bytes, and syncs of a thousand units: a batch syncs a few times for many peers."""
    found = operation.get(who, {}).get("median")
    if not found or not (found["bytes"] or found["syncs"]):
        return None
    return f"{significant(found['bytes'])} / {significant(found['syncs'] * 1000)}"


def instructions(operation, who):
    found = operation.get(who)
    return f"{found:,.0f}" if found is not None else None


def failures(results):
    for peers, operations in results["sizes"].items():
        for key, found in operations.items():
            for who, result in found.items():
                if "failed" in result and result["failed"] != NO_FILE:
                    yield f"- {results['candidates'][who]['label']}, {BY_KEY[key].title}, {int(peers):,} peers: {result['failed']}"


def about(results):
    machine, versions, load = results["machine"], results["versions"], results["load"]
    labels = ", ".join(f"{one['label']} {one['version']}" for one in results["candidates"].values() if one["group"] == "client")
    sqlite = next((one["version"] for one in results["candidates"].values() if one["group"] == "floor"), "not measured")
    tools = ", ".join(str(versions[name]) for name in ("cc", "rustc", "go") if versions[name])
    return "\n".join([
        f"{results['date']}, commit {versions['commit']}; {machine['cpu']}, {machine['processors']} processors, "
        f"{machine['memory_gib']} GiB, {machine['kernel']}, {machine['file_system']}; "
        f"a sync of 4 KiB takes {machine['sync_us']} µs; load {load['before'][0]} before and {load['after'][0]} after; "
        f"{results['rounds']} rounds.",
        f"{tools}, Python {versions['python']} (SQLite {versions['python_sqlite']}), Node {versions['node']}. "
        f"Plain SQLite is {sqlite}.",
        f"Clients: {labels}.",
    ])  # fmt: skip


def markdown(results):
    clock = results["clock"]
    unit = {"seconds": "µs", "cpu": "µs of the processor"}[clock]
    parts = ["# What it costs", about(results)]
    for peers, operations in results["sizes"].items():
        parts += [f"## {int(peers):,} peers: {unit}, medians", table(results, operations, partial(microseconds, clock=clock))]
        title = f"### {int(peers):,} peers: {unit}, how many times those of tgsession through C"
        parts += [title, table(results, operations, partial(ratio, clock=clock))]
        parts += [f"### {int(peers):,} peers: bytes written, and syncs of 1,000", table(results, operations, written)]
        counted = results["instructions"].get(peers)
        if counted:
            who = [key for key in results["candidates"] if any(key in found for found in counted.values())]
            parts += [f"### {int(peers):,} peers: instructions", table(results, counted, instructions, who)]
    failed = list(failures(results))
    parts += ["## What failed", "\n".join(failed)] if failed else []
    return "\n\n".join(parts) + "\n"
