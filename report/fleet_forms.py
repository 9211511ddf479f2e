"""Documents of many machines -> fleet.json, and from it fleet.csv, fleet.html and the output on a terminal."""
import csv
import io
import json
import math
import sys
from pathlib import Path

from report import fleet as fleets
from report import machines, page, plots, words
from report.csvform import harmless
from report.publish import publish
from report.columns import COLUMNS, aligned, cut, padded, width, wrapped
from report.terminal import BOLD, PLAIN, what_lines

MOST = 12  # lines on a terminal, and names in a plot
DETAILS = 50  # machines whose metrics are on the page
SHOWN = 10  # files left out that are named on a terminal
COLUMNS_CSV = ("rank", "machine", "model", "starts", "finding", "experiment", "metric", "unit", "better", "value", "others", "ratio", "low", "high",
               "p_adjusted", "verdict")


def kinds_of(fleet: dict) -> list:
    return list(dict.fromkeys(fleet["experiments"].values()))


def table(fleet: dict) -> list:
    """The first machines in their order, with the performance by kind of experiment."""
    kinds = kinds_of(fleet)
    shown = [machine for machine in fleet["machines"] if machine["kinds"]][:MOST]
    if not shown:
        return []
    body = [[words.printable(machine["name"]), str(machine["starts"])] + [words.times(machine["kinds"].get(kind)) for kind in kinds] for machine in shown]
    columns = range(1, len(kinds) + 2)
    lines = aligned(["machine", "starts", *kinds], body, set(columns), {0: 16} | {i: 5 for i in reversed(columns)}, set())
    return [line[:COLUMNS] for line in lines]


def terminal(fleet: dict, colour: bool = False) -> str:
    """What a person reads first: the outliers."""
    answer = fleet["answer"]
    room = min(max((width(words.printable(line["machine"])) for line in answer["lines"][:MOST]), default=0), 24)
    lines = what_lines(answer["what"]) + [""]
    for line in answer["lines"][:MOST]:
        lines += wrapped(f"{line['kind']}: {line['text']}", padded(cut(line["machine"], room), room) + "  ", " " * (room + 2))
    if len(answer["lines"]) > MOST:
        lines += [f"and {len(answer['lines']) - MOST} more machines that differ"]
    body = table(fleet)
    if colour and body:
        body[0] = BOLD + body[0] + PLAIN
    lines += [""] * bool(answer["lines"]) + body + [""] * bool(body)
    if body:
        lines += wrapped("Performance of the first machines relative to the median of the others of their model, by kind of experiment.")
    for said in answer["rest"]:
        lines += wrapped(said)
    lines += wrapped("All machines: fleet.html; all values: fleet.csv and fleet.json")
    return "\n".join(lines) + "\n"


def csv_form(fleet: dict) -> str:
    """A line for each metric of each machine."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(COLUMNS_CSV)
    for place, machine in enumerate(fleet["machines"], 1):
        first = (place, machine["name"], machine["model"], machine["starts"], " and ".join(one["kind"] for one in machine["findings"]))
        for row in machine["rows"] or [{}]:
            low, high = row.get("interval") or (None, None)
            writer.writerow(map(harmless, (*first, *(row.get(name) for name in COLUMNS_CSV[5:9]), row.get("value"), row.get("others"), row.get("ratio"),
                                           low, high, row.get("p_adjusted"), row.get("verdict"))))
    return text.getvalue()


def verdict_of(machine: dict, kind: str) -> str:
    """The class of a cell: the verdict on any experiment of the kind."""
    found = {row.get("verdict") for row in machine["rows"] if row["family"] == "primary" and row["kind"] == kind}
    return next((verdict for verdict in ("slower", "faster") if verdict in found), "")


def curve(fleet: dict, model: dict, kind: str, number: int) -> plots.Plot:
    """All machines of a model from the slowest to the fastest; those that differ in this kind are labelled."""
    own = sorted((machine["kinds"][kind], bool(verdict_of(machine, kind)), machine["name"]) for machine in fleet["machines"]
                 if machine["model"] == model["name"] and kind in machine["kinds"])
    low, high = min(own[0][0], 0.97), max(own[-1][0], 1.03)
    air = (high / low) ** 0.06
    low, high = low / air, high * air
    plot = plots.Plot(f"curve-{number}", 358, 224, f"{kind} of {len(own)} machines: from {words.times(own[0][0])} ({words.printable(own[0][2])}) to "
                      f"{words.times(own[-1][0])} ({words.printable(own[-1][2])})", kind)
    plot.margins(52, 16, 14, 48)
    margin = fleet["settings"]["margin"]
    plot.add("set logscale y", f"set yrange [{low:.8g}:{high:.8g}]", f"set xrange [0:{len(own) + 1}]", "unset xtics",
             plots.tics("y", plots.ratio_tics(low, high)), "set grid noxtics",
             'set xlabel "machines, from the slowest to the fastest" textcolor rgb "#020002" offset 0,0.2',
             f"set object 1 rectangle from graph 0, first {1 / (1 + margin):.6g} to graph 1, first {1 + margin:.6g} behind "
             'fc rgb "#020001" fs solid noborder')
    drawn = []
    for found, look in ((False, f"pt 7 ps 0.35 lc {plots.colour(0)}"), (True, f"pt 9 ps 0.7 lc {plots.colour(1)}")):
        points = [(place, value) for place, (value, is_found, _) in enumerate(own, 1) if is_found == found]
        if points:
            drawn.append(f"{plot.data(points)} using 1:2 with points {look}")
    far = sorted(((abs(math.log(value)), place, value, name) for place, (value, found, name) in enumerate(own, 1) if found), reverse=True)[:4]
    for _, place, value, name in far:
        right = place < len(own) * 0.6
        plot.label(cut(name, 18), f"first {place}, first {value:.8g}", "left" if right else "right", f"offset {'1' if right else '-1'},0")
    plot.add("plot " + ", ".join(drawn))
    return plot


def html(fleet: dict) -> str:
    kinds = kinds_of(fleet)
    models = [(model, [machine for machine in fleet["machines"] if machine["model"] == model["name"]]) for model in fleet["models"]]
    drawn = [[curve(fleet, model, kind, i * len(kinds) + k) for k, kind in enumerate(kinds) if any(kind in machine["kinds"] for machine in own)]
             for i, (model, own) in enumerate(models)]
    return page.filled("fleet.html", [plot for some in drawn for plot in some], fleet=fleet, answer=fleet["answer"], kinds=kinds,
                       models=list(zip(models, drawn)), details=[machine for machine in fleet["machines"] if machine["findings"]][:DETAILS],
                       verdict_of=verdict_of, identifier=page.identifier, interval=page.interval, marks=page.MARKS, words=words,
                       margin=words.percent(fleet["settings"]["margin"]))


def make(paths: list, target: Path, stats: str, margin: float, colour: bool) -> dict:
    """Makes the files, in `target`, from documents: [(file, its folder as shown)]; prints the findings."""
    found = fleets.compose(*machines.machines(paths), stats, margin)
    publish(target, {"fleet.json": json.dumps(found, separators=(",", ":"), allow_nan=False) + "\n", "fleet.csv": csv_form(found),
                     "fleet.html": html(found)})
    print(terminal(found, colour).rstrip("\n"))
    for problem in found["problems"][:SHOWN]:
        print(f"samebits: left out {words.printable(problem['file'])}: {words.printable(problem['why'])}", file=sys.stderr)
    if len(found["problems"]) > SHOWN:
        print(f"samebits: left out {len(found['problems']) - SHOWN} more; fleet.json has all", file=sys.stderr)
    return found
