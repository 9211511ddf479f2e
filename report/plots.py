"""Plots, drawn by one gnuplot process and cleaned for the page: the style sheet's colours replace its own, and Python inserts all
text of documents, escaped, so that gnuplot never reads it."""
import html
import math
import re
import subprocess
import tempfile
from pathlib import Path

from report import words
from report.common import advice

SHAPES = (7, 5, 9, 11, 13, 15)  # ● ■ ▲ ▼ ◆ ⬟
COMMON = """reset
unset key
set border 0
set tics scale 0
set grid lc rgb "#020000" lw 1 dt solid
set xtics textcolor rgb "#020002"
set ytics textcolor rgb "#020002"
"""
CLEAN = [(re.compile(old, re.S), new) for old, new in (
    (r"^.*</defs>", ""), (r"</svg>.*$", ""), (r'<g id="gnuplot_plot_\d*\w*" ><title>[^<]*</title>', "<g>"),
    (r' font-family="sans-serif"', ""), (r"<tspan[^>]*>([^<]*)</tspan>", r"\1"), (r"xlink:href", "href"),
    (r"(fill|color|stroke) *= *(['\"])black\2", r"\1=\2currentColor\2"), (r"rgb\( *1, *0, *([1-8])\)", r"var(--e\1)"),
    (r"rgb\( *2, *0, *0\)", "var(--line)"), (r"rgb\( *2, *0, *1\)", "var(--band)"), (r"rgb\( *2, *0, *2\)", "var(--soft)"),
    (r"rgb\( *2, *0, *3\)", "var(--paper)"), (r"<g [^>]*>\s*</g>\n", ""), (r"\t+", ""))]


class PlotError(Exception):
    """gnuplot is missing or failed."""


def colour(number: int) -> str:
    return f'rgb "#0100{number % 8 + 1:02x}"'


class Plot:
    """A plot before it is drawn: its size, its text, and gnuplot's commands."""

    def __init__(self, name: str, width: int, height: int, alt: str, caption: str = "", size: str = ""):
        self.name, self.width, self.height, self.alt, self.caption, self.size = name, width, height, alt, caption, size
        self.commands: list = []
        self.texts: list = []
        self.blocks: list = []
        self.svg = ""

    def add(self, *commands: str):
        self.commands += commands

    def text(self, text) -> str:
        """A token in gnuplot's quotes; the text replaces it later."""
        self.texts.append(words.printable(text))
        return f"'@{len(self.texts) - 1}@'"

    def label(self, text, place: str, align: str = "left", look: str = ""):
        self.add(f"set label {self.text(text)} at {place} {align} {look}")

    def data(self, rows: list) -> str:
        name = f"$d{len(self.blocks)}"
        self.blocks.append(f"{name} << EOD\n" + "\n".join(" ".join(f"{v:.10g}" for v in row) for row in rows) + "\nEOD\n")
        return name

    def margins(self, left: float, right: float, top: float, bottom: float):
        """In pixels from each side."""
        self.add(f"set lmargin at screen {left / self.width:.5f}", f"set rmargin at screen {1 - right / self.width:.5f}",
                 f"set tmargin at screen {1 - top / self.height:.5f}", f"set bmargin at screen {bottom / self.height:.5f}")

    def program(self, number: int) -> str:
        return (f'set terminal svg size {self.width},{self.height} dynamic font "sans-serif,12" noenhanced\nset output "{number}.svg"\n'
                + COMMON + "".join(self.blocks) + "\n".join(self.commands) + "\n")

    def clean(self, drawing: str):
        for old, new in CLEAN:
            drawing = old.sub(new, drawing)
        self.svg = re.sub(r"@(\d+)@", lambda match: html.escape(self.texts[int(match[1])]), "<g>" + drawing.strip())


def draw(plots: list) -> str:
    """Draws all plots; returns the shapes that they share, which the page contains once."""
    if not plots:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        program = "set encoding utf8\n" + "".join(plot.program(i) for i, plot in enumerate(plots)) + "set output\n"
        try:
            done = subprocess.run(["gnuplot"], input=program, cwd=folder, text=True, capture_output=True)
        except FileNotFoundError:
            raise PlotError(f"gnuplot is not installed; {advice('gnuplot-nox')}") from None
        if done.returncode:
            raise PlotError(f"gnuplot could not draw: {done.stderr.strip()}")
        drawings = [(Path(folder) / f"{i}.svg").read_text(encoding="utf-8") for i in range(len(plots))]
    for plot, drawing in zip(plots, drawings):
        plot.clean(drawing)
    shapes = re.search(r"<defs>.*?</defs>", drawings[0], re.S)
    return re.sub(r"<filter.*?</filter>", "", shapes.group(), flags=re.S) if shapes else ""


# --- axes

def ratio_tics(low: float, high: float) -> list:
    """Readable values for a logarithmic axis: at least three if there are any nearby."""
    scale = 10.0 ** round(math.log10(low * high) / 2)
    for step, reach in ((0.01 * scale, 1.06), (0.02 * scale, 1.12), (0.05 * scale, 1.35), (0.1 * scale, 1.8), (0.25 * scale, 2.6)):
        if high / low < reach:
            return [i * step for i in range(math.ceil(low / step), math.floor(high / step) + 1)]
    fine = [m * 10.0 ** e for e in range(-12, 13) for m in ((1, 2, 5) if high / low < 200 else (1,))]
    return [tic for tic in fine if low <= tic <= high]


def tics(axis: str, values: list, write=lambda v: f"{v:g}") -> str:
    return f"set {axis}tics (" + ", ".join(f'"{write(v)}" {v:.10g}' for v in values) + ")"


def forest(report: dict, name: str, groups: list, caption: str, size: str) -> Plot:
    """Performance of each environment relative to its base: groups is [(heading, [comparison])]."""
    wide = size == "wide"
    width, row = (720, 19) if wide else (358, 20)
    numbers = {e: i for i, e in enumerate(report["environments"])}
    lines, y = [], 0.0
    for heading, found in groups:
        lines.append((y if wide else y, heading, None))
        y += 0 if wide or not heading else 1
        for c in found:
            lines.append((y, None, c))
            y += 1
        y += 0.35
    values = [v for _, found in groups for c in found for v in (c["performance"], *(c.get("performance_interval") or []))] + [1.0]
    low, high = max(min(values), 1e-3), min(max(values), 1e3)
    low, high = (min(low, 0.97), max(high, 1.03))
    air = (high / low) ** 0.04
    low, high = low / air, high * air
    long = any(len(words.printable(c["a"])) > 9 for _, found in groups for c in found)
    name_width = 170 if long and wide else 105 if long else 62
    left, right = (name_width + (150 if groups[0][0] else 0), 150) if wide else (name_width, 52)
    bottom, top = 50, 24
    plot = Plot(f"{name}-{size}", width, int(y * row) + top + bottom, "Performance relative to what it is compared with: " + "; ".join(
        f"{heading} {c['a']} {words.times(c['performance'])}".strip() for heading, found in groups for c in found), caption, size)
    plot.margins(left, right, top, bottom)
    marks = ratio_tics(low, high)
    plot.add("set logscale x", f"set xrange [{low:.8g}:{high:.8g}]", f"set yrange [{y - 0.35 + 0.1:.3f}:-0.6]", "unset ytics",
             tics("x", marks), "set logscale x2", f"set x2range [{low:.8g}:{high:.8g}]", tics("x2", marks),
             'set x2tics textcolor rgb "#020002"',
             f"set xlabel {plot.text('performance, 1 = ' + report['reference'] + ' (right is faster)' if wide else 'performance (right is faster)')} "
             'textcolor rgb "#020002" offset 0,0.6',
             "set arrow 1 from 1, graph 0 to 1, graph 1 nohead back lc rgb \"#020002\" lw 1.4")
    margin = report["settings"].get("margin", 0.03)
    plot.add(f"set object 1 rectangle from {max(1 / (1 + margin), low):.6g}, graph 0 to {min(1 + margin, high):.6g}, graph 1 behind "
             'fc rgb "#020001" fs solid noborder')
    points: dict = {}
    for at, heading, c in lines:
        if c is None:
            if heading:
                room = 21 if wide else 45
                said = words.printable(heading)
                plot.label(said if len(said) <= room else said[:room - 1] + "…", f"screen 0, first {at}")
            continue
        number = numbers[c["a"]]
        interval = c.get("performance_interval")
        said = words.times(c["performance"]) + (f" [{', '.join(words.times(v) for v in interval)}]" if wide and interval else "")
        label = words.printable(c["a"])
        room = (name_width - 8) // 7
        plot.label(label if len(label) <= room else label[:room // 2] + "…" + label[-(room - room // 2 - 1):],
                   f"screen {(left - 8) / width:.5f}, first {at}", "right", f"textcolor {colour(number)}")
        plot.label(said, f"screen {1 - (right - 6) / width:.5f}, first {at}")
        clamp = [min(max(v, low), high) for v in (c["performance"], *(interval or [c["performance"]] * 2))]
        points.setdefault((number, c.get("verdict") in ("slower", "faster")), []).append([clamp[0], at, clamp[1], clamp[2]])
    drawn = []
    for (number, solid), rows in points.items():
        block = plot.data(rows)
        drawn += [f"{block} using 1:2:3:4 with xerrorbars pt -1 lw 2 lc {colour(number)}",
                  f"{block} using 1:2 with points pt {SHAPES[number % 6]} ps 0.7 lc {colour(number)}"]
        if not solid:
            drawn.append(f'{block} using 1:2 with points pt {SHAPES[number % 6]} ps 0.35 lc rgb "#020003"')
    plot.add("plot " + ", \\\n ".join(drawn))
    return plot
