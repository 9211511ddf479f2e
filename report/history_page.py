"""The histories -> history.html: one self-contained file, like report.html."""
import math

from report import history as histories
from report import words
from report.common import distinct
from report.distributions import TITLE, end_labels
from report.page import filled, identifier
from report.plots import SHAPES, Plot, colour, ratio_tics, tics


def even_tics(low: float, high: float) -> list:
    """Four to nine round values."""
    step = 10.0 ** math.floor(math.log10((high - low) / 4))
    step *= next(times for times in (5, 2, 1) if (high - low) / (step * times) >= 4)
    return [i * step for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


def plot(history: dict, environments: list, experiment: str, own: list, number: int) -> Plot:
    """The medians of an experiment's runs in chronological order, and a line where a series changed."""
    first = own[0]
    places = {run["name"]: i for i, run in enumerate(history["runs"], 1)}
    unit, per = words.scale(first["unit"], first["values"][-1])
    values = [value / per for series in own for value in series["values"]]
    low, high = min(values), max(values)
    log = low > 0 and high / low > 4
    low, high = (low / 1.4, high * 1.4) if log else (low - 0.08 * (high - low or 1), high + 0.08 * (high - low or 1))
    made = Plot(identifier("history", number, experiment), 358, 224, f"{first['metric']} of {experiment} in {words.counted(len(history['runs']), 'run')}: " + "; ".join(
        f"{series['environment']} {words.figure(series['values'][0] / per)} to {words.figure(series['values'][-1] / per)}" for series in own), experiment)
    made.margins(62, 92, 30, 48)
    last = len(history["runs"])
    made.add(f"set xrange [0.5:{last + 0.5}]", f"set yrange [{low:.8g}:{high:.8g}]", "set grid noxtics",
             "set xtics (" + ", ".join(f"'{history['runs'][i - 1]['start_utc'][:10]}' {i}" for i in distinct((1, (last + 1) // 2, last)) if last > 4 or i == 1) + ")",
             'set xlabel "run, in the order of time" textcolor rgb "#020002" offset 0,0.6')
    made.label(words.labelled(first["metric"], "µs" if unit == "us" else unit), TITLE, "left", 'textcolor rgb "#020002"')
    made.add("set logscale y\n" + tics("y", ratio_tics(low, high), words.figure) if log else tics("y", even_tics(low, high), words.figure))
    drawn = []
    for series in own:
        kind = environments.index(series["environment"])
        block = made.data([[places[run["name"]], value / per] for run, value in zip(series["runs"], series["values"])])
        drawn.append(f"{block} using 1:2 with linespoints pt {SHAPES[kind % 6]} ps 0.55 lw 1 lc {colour(kind)}")
        for change in series["changes"]:
            at = places[change["run"]["name"]] - 0.5
            made.add(f"set arrow from {at}, graph 0 to {at}, graph 1 nohead lw 1.4 dt 2 lc {colour(kind)}")
    end_labels(made, [(environments.index(series["environment"]), series["environment"], series["values"][-1] / per) for series in own],
               low, high, log, 30, 48, 92)
    made.add("plot " + ", ".join(drawn))
    return made


def plots_of(history: dict, number: int) -> list:
    environments = distinct(series["environment"] for series in history["series"])
    groups: dict = {}
    for series in history["series"]:
        groups.setdefault((series["experiment"], series["metric"], series["unit"]), []).append(series)
    return [plot(history, environments, key[0], own, number) for key, own in groups.items()] if len(history["runs"]) > 1 else []


def render(found: list, left_out: list) -> str:
    drawings = [plots_of(history, number) for number, history in enumerate(found, 1)]
    return filled("history.html", [one for some in drawings for one in some], title=histories.title(found), changes=histories.changes(found),
                  histories=list(zip(found, drawings)), left_out=left_out, words=words, summary=histories.summary, starts=histories.STARTS)
