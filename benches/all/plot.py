"""The plots of a run, in a light and a dark version each: SVG with text, as wide as a README on GitHub."""

import io
import os
import re
import tempfile

os.environ.setdefault("MPLCONFIGDIR", tempfile.gettempdir())
import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

# Okabe and Ito's colours, which the colour-blind tell apart; shapes tell the groups as well.
THEMES = {
    "light": {"ink": "#1f2328", "muted": "#59636e", "grid": "#d1d9e0", "paper": "#ffffff",
              "ours": "#0072b2", "floor": "#1f2328", "client": "#d55e00"},
    "dark": {"ink": "#f0f6fc", "muted": "#9198a1", "grid": "#3d444d", "paper": "#0d1117",
             "ours": "#56b4e9", "floor": "#f0f6fc", "client": "#e69f00"},
}  # fmt: skip
MARKERS = {"ours": "o", "floor": "D", "client": "s"}
GROUPS = {"ours": "tgsession, through each language", "floor": "plain SQLite, from C", "client": "the clients' own classes"}
TITLES = {
    "create": "New file", "bulk": "Bulk update, per peer", "open": "Open, one field, close", "field": "One field",
    "export": "Export of a session string", "by_id": "Lookup by id, each once", "by_username": "Lookup by username, each once",
    "by_phone": "Lookup by phone, each once", "by_id_hot": "Lookup by id, again and again", "known_50": "50 known peers, per peer",
    "known_200": "200 known peers, per peer", "new_200": "200 new peers, per peer",
}  # fmt: skip
CLOCKS = {"seconds": "median time", "cpu": "median processor time"}
README = ["by_id", "by_username", "by_id_hot", "known_200", "bulk", "open"]
WIDTH = 11.6
STYLE = {
    "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans", "Verdana", "Helvetica", "Arial"], "font.size": 10.5,
    "svg.fonttype": "none", "svg.hashsalt": "tgsession", "axes.spines.top": False, "axes.spines.right": False,
}  # fmt: skip


def duration(microseconds, _=None):
    """0.1 µs, 10 µs, 1 ms, 2 s: as an axis and a label have it."""
    for unit, size in (("s", 1e6), ("ms", 1e3), ("µs", 1)):
        if microseconds >= size * 0.9995 or unit == "µs":
            return f"{microseconds / size:.3g} {unit}" if microseconds < size * 100 else f"{microseconds / size:.0f} {unit}"
    return None


def themed(name):
    theme = THEMES[name]
    pyplot.rcParams.update(STYLE)
    pyplot.rcParams.update({
        "text.color": theme["ink"], "axes.labelcolor": theme["muted"], "axes.edgecolor": theme["grid"],
        "xtick.color": theme["muted"], "ytick.color": theme["ink"], "axes.facecolor": theme["paper"],
        "figure.facecolor": theme["paper"], "savefig.facecolor": theme["paper"], "grid.color": theme["grid"],
    })  # fmt: skip
    return theme


def medians(results, peers, operation):
    """{candidate: µs} of those that have it."""
    found = results["sizes"][str(peers)].get(operation, {})
    return {who: result["median"][results["clock"]] * 1e6 for who, result in found.items() if "median" in result}


def behind(theme):
    """Paper behind a label, so that no line goes through it."""
    return {"facecolor": theme["paper"], "edgecolor": "none", "pad": 0.8}


def log_axis(axis, low, high):
    """One tick a decade, or more where there are few of them."""
    subs = (1,) if high / low > 30 else (1, 3) if high / low > 8 else (1, 2, 5)
    axis.set_major_locator(LogLocator(base=10, subs=subs, numticks=6))
    axis.set_major_formatter(FuncFormatter(duration))
    axis.set_minor_locator(NullLocator())


def panel(axes, results, peers, operation, who, theme):
    """One operation: who down, time across, and the floor as a line through all."""
    values = medians(results, peers, operation)
    for row, candidate in enumerate(who):
        if candidate not in values:
            axes.text(0.02, row, "–", transform=axes.get_yaxis_transform(), va="center", color=theme["muted"])
            continue
        group = results["candidates"][candidate]["group"]
        axes.plot(values[candidate], row, MARKERS[group], color=theme[group], markersize=6)
        axes.annotate(duration(values[candidate]), (values[candidate], row), xytext=(7, 0), textcoords="offset points",
                      va="center", fontsize=9, color=theme["ink"], bbox=behind(theme))  # fmt: skip
    if "floor" in values:
        axes.axvline(values["floor"], color=theme["floor"], linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    axes.set_xscale("log")
    low, high = min(values.values(), default=1), max(values.values(), default=10)
    log_axis(axes.xaxis, low, high)
    # Room for the labels to the right of the points.
    axes.set_xlim(low / 1.6, high * (high / low * 3) ** 0.34)
    axes.set_ylim(len(who) - 0.5, -0.5)
    groups = [results["candidates"][candidate]["group"] for candidate in who]
    for row in (row for row in range(1, len(who)) if groups[row] != groups[row - 1]):
        axes.axhline(row - 0.5, color=theme["grid"], linewidth=0.6)
    axes.set_yticks(range(len(who)), [results["candidates"][candidate]["label"] for candidate in who])
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=9.5)
    axes.grid(axis="x", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_title(TITLES[operation], loc="left", fontsize=11.5, fontweight="bold", color=theme["ink"])
    axes.set_xlabel("time, log scale: less is better", fontsize=9.5)


def legend(figure, theme, groups, height):
    """Shapes with names, between the title and the panels."""
    shown = [
        pyplot.Line2D([], [], linestyle="", marker=MARKERS[group], color=theme[group], markersize=7, label=GROUPS[group])
        for group in groups
    ]
    figure.legend(handles=shown, loc="upper left", ncols=len(shown), frameon=False, fontsize=10.5, handletextpad=0.2,
                  bbox_to_anchor=(0.001, 1 - 0.32 / height))  # fmt: skip


def panels(results, peers, operations, theme):
    """All candidates, one panel an operation, three in a row."""
    who = [key for key in results["candidates"] if any(key in medians(results, peers, one) for one in operations)]
    rows = -(-len(operations) // 3)
    height = rows * (0.225 * len(who) + 0.85) + 0.68
    figure, grid = pyplot.subplots(rows, 3, figsize=(WIDTH, height), sharey=True, squeeze=False, layout="constrained")
    for axes, operation in zip(grid.flat, operations):
        panel(axes, results, peers, operation, who, theme)
    for axes in grid.flat[len(operations) :]:
        axes.set_visible(False)
    head(figure, f"A session of {peers:,} peers: {CLOCKS[results['clock']]} of a call, or of a peer", results, height)
    legend(figure, theme, [group for group in GROUPS if any(results["candidates"][key]["group"] == group for key in who)], height)
    return figure


def head(figure, title, results, height):
    machine = results["machine"]
    figure.text(0.01, 1 - 0.1 / height, title, ha="left", va="top", fontsize=13.5, fontweight="bold")
    text = f"{results['date'][:10]}, {machine['cpu']}, {machine['processors']} processors, {machine['kernel'].split('-')[0]}"
    figure.text(0.99, 1 - 0.16 / height, text, ha="right", va="top", fontsize=9, color=pyplot.rcParams["axes.labelcolor"])
    # Room for the title and the legend.
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - 0.68 / height), h_pad=0.1, w_pad=0.08)


GROWING = ["open", "by_id", "by_username", "bulk", "known_200", "new_200"]
LINES = {"c": "-", "floor": "--"}
MOST_LINES = ("c", "floor", "pyrogram", "kurigram", "telethon", "grammers", "mtcute", "gramjs")


def growth(results, theme):
    """How the time grows with the number of peers: one line a candidate, named at its end."""
    sizes = sorted(int(peers) for peers in results["sizes"])
    height = 7.2
    figure, grid = pyplot.subplots(2, 3, figsize=(WIDTH, height), squeeze=False, layout="constrained")
    ends = [lines(axes, results, sizes, operation, theme) for axes, operation in zip(grid.flat, GROWING)]
    head(figure, f"How it grows with the peers of a session: {CLOCKS[results['clock']]}", results, height)
    legend(figure, theme, {results["candidates"][key]["group"]: 0 for key in MOST_LINES if key in results["candidates"]}, height)
    # The panels have their places only then.
    figure.canvas.draw()
    for axes, found in zip(grid.flat, ends):
        name_ends(axes, found, theme)
    return figure


def lines(axes, results, sizes, operation, theme):
    """One operation: peers across, time up. Answers with the last point of each line, and whose it is."""
    ends = []
    for candidate in [key for key in MOST_LINES if key in results["candidates"]]:
        points = [(peers, medians(results, peers, operation).get(candidate)) for peers in sizes]
        points = [(peers, value) for peers, value in points if value is not None]
        if not points:
            continue
        about = results["candidates"][candidate]
        axes.plot(*zip(*points), LINES.get(candidate, "-"), marker=MARKERS[about["group"]], color=theme[about["group"]],
                  linewidth=2 if candidate == "c" else 1.1, markersize=4.5)  # fmt: skip
        ends.append((points[-1], about))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.margins(y=0.2)
    shown = [value for line in axes.get_lines() for value in line.get_ydata()] or [1]
    log_axis(axes.yaxis, min(shown), max(shown))
    axes.set_xticks(sizes, [short(peers) for peers in sizes])
    axes.minorticks_off()
    axes.set_xlim(sizes[0] * 0.7, sizes[-1] * (sizes[-1] / sizes[0]) ** 0.55)
    axes.grid(linewidth=0.6)
    axes.tick_params(labelsize=9.5)
    axes.set_title(TITLES[operation], loc="left", fontsize=11.5, fontweight="bold", color=theme["ink"])
    axes.set_xlabel("peers, log scale", fontsize=9.5)
    return ends


def name_ends(axes, ends, theme):
    """Names beside the last points, moved apart where they would cover each other."""
    for peers in {peers for (peers, _), _ in ends}:
        here = sorted((value, about["label"], theme[about["group"]]) for (end, value), about in ends if end == peers)
        heights = [axes.transData.transform((peers, value))[1] * 72 / axes.figure.dpi for value, _, _ in here]
        for (value, label, color), height, place in zip(here, heights, places(heights)):
            axes.annotate(label, (peers, value), xytext=(7, place - height), textcoords="offset points", va="center", fontsize=9,
                          color=color)  # fmt: skip


def places(heights, apart=11.5):
    """Places at least so far apart for ascending heights: where it is tight, as far below as above."""
    groups = []
    for height in heights:
        groups.append([height])
        while len(groups) > 1 and spread(groups[-1], apart)[0] < spread(groups[-2], apart)[-1] + apart:
            last = groups.pop()
            groups[-1] += last
    return [place for group in groups for place in spread(group, apart)]


def spread(group, apart):
    """Around their middle, so far apart."""
    first = sum(group) / len(group) - apart * (len(group) - 1) / 2
    return [first + apart * number for number in range(len(group))]


def short(peers):
    return f"{peers // 1_000_000} million" if peers >= 1_000_000 else f"{peers:,}"


def slim(svg):
    """The same picture in half the bytes: it is in the tree, and anew with each run that is published."""
    svg = re.sub(r' id="(?:[a-z]+[a-z0-9]*_\d+|patch_\d+)"| transform="rotate\(-0 [^"]*\)"', "", svg)
    fonts = re.search(r"font-family: [^;\"]*", svg)
    if fonts:
        svg = svg.replace(fonts[0] + "; ", "").replace("<svg ", f'<svg style="{fonts[0]}" ', 1)
    svg = re.sub(r"(\d\.\d\d)\d+", r"\1", svg)
    svg = re.sub(r"\s*\n\s*", " ", svg).replace("> <", ">\n<")
    # Groups of one thing, from the inside out.
    while (shorter := re.sub(r"<g>\n(<(?!/|g)[^\n]*)\n</g>", r"\1", svg)) != svg:
        svg = shorter
    return svg + "\n"


def draw(results, folder):
    """Each figure in both themes; the names of the files."""
    largest = max(int(peers) for peers in results["sizes"] if int(peers) <= 100_000 or len(results["sizes"]) == 1)
    figures = {"readme": lambda theme: panels(results, largest, README, theme)}
    for peers in results["sizes"]:
        figures[f"all-{peers}"] = lambda theme, peers=int(peers): panels(results, peers, list(TITLES), theme)
    if len(results["sizes"]) > 1:
        figures["growth"] = lambda theme: growth(results, theme)
    for name, make in figures.items():
        for theme in THEMES:
            figure, drawn = make(themed(theme)), io.StringIO()
            figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
            pyplot.close(figure)
            path = folder / f"{name}-{theme}.svg"
            path.write_text(slim(drawn.getvalue()))
            yield path.name
