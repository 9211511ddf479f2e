"""report.json -> report.html: one self-contained file. Jinja2 escapes everything that comes from documents; only the
plots, whose text plots.py has escaped, are inserted unchanged."""
import re
from pathlib import Path

import jinja2
from markupsafe import Markup

from report import answer as answers
from report import distributions, plots, study_layout, tables, timeline, words

HERE = Path(__file__).parent
MARKS = {"slower": "▼ slower", "faster": "▲ faster", "worse": "▼ worse", "better": "▲ better", "same": "= same", "slight": "≈ slight", "undecided": "? undecided"}
LETTERS = {"first iteration slow": "f", "outliers": "o", "drift": "d", "interval wider than 5 %": "w", "steal above 1 %": "s",
           "n too small": "n"}
FEW = 8  # experiments whose latencies are plotted each, whether they differ or not


def identifier(*parts) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "-", "-".join(map(str, parts)))


def primary_of(report: dict) -> list:
    bases = dict(answers.compared(report))
    return [c for c in report["comparisons"] if c["family"] == "primary" and c.get("performance") and bases.get(c["a"]) == c["b"]]


def forests(report: dict) -> list:
    """[(title, wide, narrow)]: by kind of experiment; with many environments only their means."""
    found = primary_of(report)
    if not found:
        return []
    if len(answers.compared(report)) > words.MANY:
        means = [{"a": a, "performance": mean["ratio"], "performance_interval": mean.get("interval"),
                  "verdict": "slower" if tally.get("slower", 0) > tally.get("faster", 0) else "faster" if tally.get("faster") else None}
                 for a, _, mean, tally in tables.summary(report) if mean]
        return [("Geometric means", *(plots.forest(report, "forest-means", [("", means)], "", size) for size in ("wide", "narrow")))]
    kinds = dict.fromkeys([p["kind"] for p in report.get("profile", [])] + [x.get("kind", "") for x in report["experiments"]])
    made = []
    for kind in kinds:
        groups = [(x["name"], [c for c in found if c["experiment"] == x["name"]]) for x in report["experiments"] if x.get("kind", "") == kind]
        groups = [group for group in groups if group[1]]
        if groups:
            made.append((kind, *(plots.forest(report, identifier("forest", kind), groups, "", size) for size in ("wide", "narrow"))))
    return made


def details(report: dict) -> list:
    """For each experiment its rows, and its plots where they are readable: [{name, command, kind, rows, plots, state}]."""
    many = len(report["environments"]) > words.MANY + 1
    by_name: dict = {}
    for row in tables.rows(report):
        by_name.setdefault(row.experiment, []).append(row)
    found = []
    for x in [*report["experiments"], *report.get("costs", [])]:
        rows = by_name.get(x["name"], [])
        primary = next((row for row in rows if row.family in ("primary", "cost") and row.metric), None)
        state = primary.state() if primary else "undecided"
        drawn = []
        if primary and not many and any(cell["n"] > 1 for cell in primary.cells.values()):
            drawn.append(distributions.strip(report, primary))
        if not many and (state == "differs" or len(report["experiments"]) <= FEW):
            curves: dict = {}
            for p in report.get("percentiles", []):
                if p["experiment"] == x["name"] and len(p.get("curve") or []) > 1 and any(v > 0 for _, v in p["curve"]):
                    curves.setdefault(p["kind"], []).append(p)
            # A mix of reads, writes and fsyncs shows nothing that these do not show themselves.
            drawn += [distributions.percentiles(report, some) for kind, some in curves.items() if kind != "event" or "read" not in curves]
        found.append({**x, "rows": [row for row in rows if row.metric and (not many or row.family in ("primary", "cpu", "cost"))],
                      "plots": drawn, "state": state, "primary": primary})
    return found


def interval(ends, write) -> str:
    return f"[{', '.join(write(end) for end in ends)}]" if ends else ""


def cell(report: dict, row, environment: str) -> dict:
    group = row.cells.get(environment)
    if not group:
        return {"value": tables.absent(report, row, environment)}
    per = row.scale(report["reference"])[1]
    return {"value": words.figure(group["median"] / per), "interval": interval(group.get("ci"), lambda v: words.figure(v / per)),
            "warnings": group.get("warnings", []), "letters": "".join(sorted({LETTERS.get(w, "!") for w in group.get("warnings", [])}))}


def ratio(row, environment: str) -> dict:
    c = row.ratios.get(environment)
    if not c:
        return {}
    verdict = c.get("verdict") or "undecided"
    return {"ratio": words.times(c.get("ratio")), "around": words.around(c.get("ratio"), c.get("interval")),
            "interval": interval(c.get("interval"), words.times), "p": words.p_value(c.get("p_adjusted")) if "p_adjusted" in c else "",
            "verdict": "" if c["family"] == "none" else verdict, "mark": MARKS.get(words.verdict(c), ""), "why": c.get("why", "")}


def box(report: dict) -> list:
    """What the result applies to: [(term, text)]."""
    machine = report.get("machine", {})
    versions = [f"{name} {version}" for name, version in machine.get("versions", {}).items() if version]
    found = [("processor", ", ".join(filter(None, (machine.get("cpu"), answers.processors(machine))))),
             ("memory", ", ".join(f"{words.size(machine[key])} {what}" for key, what in (
                 ("memory_bytes", "for each environment"), ("host_memory_bytes", "in the machine")) if machine.get(key))),
             ("files on", machine.get("scratch_filesystem")), ("kernel of the host", machine.get("host_kernel")),
             ("accelerator", machine.get("accelerator")),
             ("the machine is", "itself a virtual machine (CPUID hypervisor bit)" if machine.get("hypervisor_bit") else ""),
             ("versions", "; ".join(versions)), ("suite", f"{report['suite']}, {words.counted(len(report['experiments']), 'experiment')}"),
             ("starts", f"{len(report['starts'])}, {report['iterations']} of each environment"),
             ("when", " to ".join(report[key][:16].replace("T", " ") for key in ("start_utc", "end_utc") if report.get(key))
              + f" UTC, {words.duration(report.get('duration_s'))}" if report.get("start_utc") else ""),
             ("run", words.listed(report["runs"], 5)), ("bits (root file system)", ", ".join(i[:19] for i in report.get("identity", [])))]
    return [(term, words.printable(text)) for term, text in found if text]


def filled(template: str, drawings: list, **values) -> str:
    """A page made from templates/, with its plots drawn."""
    shapes = plots.draw(drawings)
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True,
                                     lstrip_blocks=True, finalize=lambda v: "" if v is None else v)
    environment.filters.update(printable=words.printable, raw=Markup)
    page = environment.get_template(template).render(style=Markup((HERE / "style.css").read_text(encoding="utf-8")), shapes=Markup(shapes), **values)
    return "\n".join(line for line in page.splitlines() if line.strip()) + "\n"


def render(report: dict) -> str:
    """The page."""
    forest_plots, experiments = forests(report), details(report)
    runs = report["runs"] if len(report["runs"]) <= 3 else []
    times = [tuple(timeline.timeline(report, run, size) for size in ("wide", "narrow")) for run in runs]
    times = [pair for pair in times if pair[0]]
    drawn = ([plot for _, *pair in forest_plots for plot in pair] + [plot for x in experiments for plot in x["plots"]]
             + [plot for pair in times for plot in pair])
    summaries = tables.summary(report)
    return filled(
        "page.html", drawn, r=report, answer=report["answer"], words=words, answers=answers, tables=tables, identifier=identifier,
        box=box(report),
        compared=[a for a, _ in answers.compared(report)], many=len(answers.compared(report)) > words.MANY,
        first=tables.first(report) + tables.costs(report), cell=lambda row, e: cell(report, row, e), ratio=ratio, summaries=summaries,
        baseline=baseline(report), profile=profile(report), forests=forest_plots, experiments=experiments, timelines=times,
        study=study_layout.layout(report), startup=tables.startup(report), on_disk=tables.on_disk(report),
        commands={e: words.command(c) for e, c in report.get("commands", {}).items()}, margin=words.percent(report["settings"]["margin"]))


def baseline(report: dict):
    """The rows of the baseline; None without one."""
    view = tables.against_baseline(report)
    compared = [a for a, _ in answers.compared(view)] if view else []
    shown = [] if len(compared) > words.MANY else [row for row in tables.rows(view) if row.ratios] if view else []
    return view and {"view": view, "compared": compared, "first": [row for row in shown if row.family in ("primary", "cpu", "cost")], "rows": shown}


def profile(report: dict) -> list:
    """[(kind, {environment: profile}, count)] of the pairs that the tables show."""
    bases = dict(answers.compared(report))
    found: dict = {}
    for item in report.get("profile", []):
        if bases.get(item["a"]) == item["b"]:
            found.setdefault(item["kind"], {})[item["a"]] = item
    return [(kind, items, max(item["count"] for item in items.values())) for kind, items in found.items()]
