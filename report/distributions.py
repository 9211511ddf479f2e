"""Plots of single values: of each start, and of all latencies."""
import math

from report import words
from report.plots import SHAPES, Plot, colour, ratio_tics, tics

TITLE = "screen 0.01, screen 0.95"  # of a vertical axis, above it


def duration(ns: float) -> str:
    unit, per = words.scale("ns", ns)
    return f"{ns / per:g} {'µs' if unit == 'us' else unit}"


def spaced(places: list, gap: float) -> list:
    """Moves places (of labels, in pixels) so far apart that they do not touch."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [places[i] for i in order]
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + gap)
    shift = sum(m - places[i] for m, i in zip(moved, order)) / len(moved) if moved else 0
    result = [0.0] * len(places)
    for m, i in zip(moved, order):
        result[i] = m - shift
    return result


def end_labels(plot: Plot, ends: list, low: float, high: float, log: bool, top: int, bottom: int, right: int):
    """Labels lines at their right ends: ends is [(environment's number, name, last value)]."""
    inner = plot.height - top - bottom
    ratio = (lambda v: math.log(v / low) / math.log(high / low)) if log else (lambda v: (v - low) / (high - low))
    places = spaced([bottom + inner * min(max(ratio(value), 0), 1) for _, _, value in ends], 14)
    for (number, name, _), place in zip(ends, places):
        plot.label(words.printable(name)[:14], f"screen {1 - (right - 6) / plot.width:.5f}, screen {place / plot.height:.5f}", "left",
                   f"textcolor {colour(number)}")


def strip(report: dict, row) -> Plot:
    """The values of the starts in the order of the run."""
    unit, per = row.scale(report["reference"])
    cells = [(i, e, row.cells[e]) for i, e in enumerate(report["environments"]) if e in row.cells]
    values = [v / per for _, _, cell in cells for v in cell["values"]]
    low, high = min(values), max(values)
    log = low > 0 and high / low > 4
    low, high = (low / 1.4, high * 1.4) if log else (low - 0.08 * (high - low or 1), high + 0.08 * (high - low or 1))
    plot = Plot("strip-" + row.experiment, 358, 224, f"{row.metric} of each start in the order of the run: " + ", ".join(
        f"{e} {words.figure(cell['min'] / per)} to {words.figure(cell['max'] / per)}" for _, e, cell in cells), "Each start")
    last = max(place for _, _, cell in cells for place in cell.get("sequence") or [len(cell["values"])])
    plot.margins(62, 92, 30, 48)
    unit = "µs" if unit == "us" else unit
    plot.add(f"set xrange [0.5:{last + 0.5}]", f"set yrange [{low:.8g}:{high:.8g}]", "set grid noxtics",
             f"set xtics 0, {1 if last < 10 else 5 if last < 40 else 10 if last < 100 else 50}",
             'set xlabel "start, in the order of the run" textcolor rgb "#020002" offset 0,0.6')
    plot.label(words.labelled(row.metric, unit), TITLE, "left", 'textcolor rgb "#020002"')
    marks = [tic for tic in ratio_tics(low, high)] if log else []
    plot.add("set logscale y\n" + tics("y", marks, words.figure) if log else 'set format y "%.4s%c"\nset ytics autofreq')
    if not log and (high - low) / abs(high or 1) > 0.02:
        plot.add('set format y "%.3s%c"')
    drawn = []
    for number, _, cell in cells:
        block = plot.data(sorted(zip(cell.get("sequence") or range(1, len(cell["values"]) + 1), (v / per for v in cell["values"]))))
        drawn.append(f"{block} using 1:2 with linespoints pt {SHAPES[number % 6]} ps 0.55 lw 1 lc {colour(number)}")
    end_labels(plot, [(n, e, [v for _, v in sorted(zip(c.get("sequence") or range(len(c["values"])), c["values"]))][-1] / per)
                      for n, e, c in cells], low, high, log, 30, 48, 92)
    plot.add("plot " + ", ".join(drawn))
    return plot


def percentiles(report: dict, curves: list) -> Plot:
    """The distribution of latencies, on a scale of nines: curves of one experiment and kind."""
    low, high = (f(v for curve in curves for _, v in curve["curve"] if v > 0) for f in (min, max))
    low, high = low / 1.3, high * 1.3
    last = min(max(math.log10(max(curve["count"] for curve in curves)) + 0.2, 1), 6.2)
    first = curves[0]
    name = {"event": "an event"}.get(first["kind"], first["kind"])
    plot = Plot(f"percentile-{first['experiment']}-{first['kind']}", 358, 224, f"Latency of {name} by percentile: " + "; ".join(
        f"{c['environment']} median {words.figure(c['p50'] / 1e3)} us, 99 % below {words.figure((c.get('p99') or c['max']) / 1e3)} us"
        for c in curves), f"Latency of {name}, all starts together")
    plot.margins(62, 92, 30, 48)
    marks = [(0.30103, "50 %"), (1, "90 %"), (2, "99 %"), (3, "99.9 %"), (4, "99.99 %"), (6, "99.9999 %")]
    if last > 3.5:
        marks = [mark for mark in marks if mark[0] not in (0.30103, 3)]
    plot.add("set logscale y", f"set xrange [0:{last:.4f}]", f"set yrange [{low:.8g}:{high:.8g}]",
             "set xtics (" + ", ".join(f"'{text.replace('%', '%%')}' {at}" for at, text in marks if at <= last) + ")",
             tics("y", ratio_tics(low, high)[::1 if high / low < 1e4 else 2], duration),
             'set xlabel "share of events that took no longer" textcolor rgb "#020002" offset 0,0.6')
    plot.label("latency", TITLE, "left", 'textcolor rgb "#020002"')
    numbers = {e: i for i, e in enumerate(report["environments"])}
    drawn, ends = [], []
    for curve in curves:
        nines = [((math.log10(max(curve["count"], 2)) + 0.1 if p >= 100 - 1e-9 else -math.log10(1 - p / 100)), v)
                 for p, v in sorted(map(tuple, curve["curve"])) if v > 0]
        number = numbers[curve["environment"]]
        drawn.append(f"{plot.data(nines)} using 1:2 with lines lw 1.8 dt {number % 4 + 1} lc {colour(number)}")
        ends.append((number, curve["environment"], [v for at, v in nines if at <= last][-1]))
    end_labels(plot, ends, low, high, True, 30, 48, 92)
    plot.add("plot " + ", ".join(drawn))
    return plot
