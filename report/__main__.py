"""usage: python3 -m report {report RUN... | fleet RUN... | --fleet FOLDER | progress RUN ITERATION | audit RUN | history |
baseline SUITE ENVIRONMENT... | gate FILE [RUN] | gate FILE -- SUITE-FILE ENVIRONMENT...}"""
import importlib
import json
import os
import re
import sys
import traceback
from pathlib import Path

from report import costs, machines
from report import documents as files
from report.common import COMMAND, DIFFER, FAILED, MISSING, USAGE, Failure, advice, at, distinct, printable
from report.settings import margin, order, setting, statistics, yes

LONGEST_NAME = 200


def load(run: str) -> tuple:
    """(directory, report.json) of a run that has a report."""
    out = setting("OUT", "out")
    path = Path(run if "/" in run else f"{out}/results/{run}") / "report.json"
    try:
        report = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        raise Failure(USAGE, f"no report of {run}; run {COMMAND} report RUN={run}") from None
    if at(report, "schema") != "samebits-report-2":
        raise Failure(USAGE, f"{path} is of another version; run {COMMAND} report RUN={run}")
    return path.parent, report


def coloured() -> bool:
    """Only on a person's terminal."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and setting("TERM", "dumb") != "dumb"


def baseline(out: str):
    """BASELINE, or None."""
    from report.baseline import Baseline
    return Baseline(os.environ["BASELINE"], out, order()) if os.environ.get("BASELINE") else None


def with_jinja(name: str):
    """Imports a module that makes pages."""
    try:
        return importlib.import_module(f"report.{name}")
    except ModuleNotFoundError as error:
        if error.name != "jinja2":
            raise
        raise Failure(MISSING, f"Jinja2 is not installed; {advice('python3-jinja2')}") from None


def forms(report: dict, rows: list, documents: list) -> dict:
    from report import csvform, exports, markdown
    page = with_jinja("page")
    return {"report.json": json.dumps(report, separators=(",", ":"), allow_nan=False) + "\n", "report.csv": csvform.render(documents, rows),
            "report.md": markdown.render(report), "report.html": page.render(report)} | exports.files(report)


def held(gate_file: str, directory: Path, report: dict):
    from report import gate
    conclude(directory, "gate.xml", gate.hold(gate_file, report, yes("GATE_STRICT")))


def conclude(directory: Path, name: str, outcome: tuple):
    from report.publish import publish
    lines, junit, failure = outcome
    publish(directory, {name: junit})
    print(*lines, sep="\n")
    if failure:
        raise failure


def make_report(runs: list):
    from report import answer, result, terminal
    from report.publish import publish
    out = setting("OUT", "out")
    directories: list = []
    for run in runs:
        directory = files.find(run, out)
        if directory.name in [other.name for other in directories]:
            raise Failure(USAGE, f"{run} is given twice; name each run once")
        directories.append(directory)
    documents, problems = files.join(directories, order())
    then = baseline(out)
    if then:
        then.check(documents[0]["suite"], distinct(d["environment"] for d in documents), directories)
        problems += then.problems
    report, rows = result.compose(documents, problems, statistics(), margin(), yes("PAIRED"))
    report["answer"] = answer.answer(report)
    if then:
        from report.baseline import against
        report["baseline"], *more = against(report, documents, rows, then, statistics())
        documents, rows = documents + more[0], rows + more[1]
    name = "+".join(directory.name for directory in directories)
    if len(name) > LONGEST_NAME:
        name = f"{directories[0].name}+{len(directories) - 1}-others"
    target = directories[0] if len(directories) == 1 else Path(out) / "results" / name
    publish(target, forms(report, rows, documents))
    print(terminal.render(report, coloured()).rstrip("\n"))
    for problem in problems:
        print(f"samebits: left out {printable(problem['file'])}: {problem['why']}", file=sys.stderr)
    if any(why.startswith("other bits") for why in report["audit"]["illegitimate"]):
        raise Failure(DIFFER, f"{name} are not comparable: they ran different bits")
    if os.environ.get("GATE"):
        held(os.environ["GATE"], target, report)


def make_fleet(paths: list, target: Path):
    from report import fleet_gate
    found = with_jinja("fleet_forms").make(paths, target, statistics(), margin(), coloured())
    if os.environ.get("GATE"):
        conclude(target, "fleet.xml", fleet_gate.hold(os.environ["GATE"], found, yes("GATE_STRICT")))


def show_progress(run: str, iteration: str):
    """Prints the progress for a person to stderr, and the number of undecided primary rows to stdout."""
    from report.progress import progress
    if not re.fullmatch("[0-9]{1,9}", iteration):
        raise Failure(USAGE, f"ITERATION={iteration} is not a whole number")
    out = setting("OUT", "out")
    documents, _ = files.join([files.find(run, out)], order())
    lines, undecided = progress(documents, int(iteration), statistics(), margin(), yes("PAIRED"))
    print(*lines, sep="\n", file=sys.stderr)
    print(undecided)


def show_audit(runs: list):
    from report import terminal
    if len(runs) != 1:
        raise Failure(USAGE, "usage: python3 -m report audit RUN")
    print(terminal.audit(load(runs[0])[1]).rstrip("\n"))


def show_history():
    from report import history
    from report.index import index
    from report.publish import publish
    out = setting("OUT", "out")
    found, left_out = index(out, lambda database: history.compose(database, statistics(), margin()))
    publish(Path(out) / "results", {"history.html": with_jinja("history_page").render(found, left_out)})
    print(history.terminal(found, left_out, f"{out}/results/history.html"), end="")


def planned(suite: str, environments: list) -> dict:
    lines = [line.partition("#")[0].split() for line in Path(suite).read_text(errors="replace").splitlines()]
    names = [words[0] for words in lines if words]
    return {"experiments": [{"name": name} for name in names + costs.names(names)], "environments": environments,
            "baseline": {"comparisons": []} if os.environ.get("BASELINE") else None}


def check_baseline(suite: str, environments: list):
    out = setting("OUT", "out")
    baseline(out).check(suite, environments, [Path(f"{out}/results/{setting('RUN', '')}").resolve()])


def hold_gate(words: list):
    from report import gate
    match words:
        case [path]:
            gate.thresholds(path)
        case [path, "--", suite, *environments]:
            gate.check(path, gate.Measured(planned(suite, environments)))
        case [path, run]:
            gate.thresholds(path)
            held(path, *load(run))
        case _:
            raise Failure(USAGE, "usage: scripts/gate FILE [RUN]")


def main(words: list) -> int:
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.stderr.reconfigure(encoding="utf-8", errors="replace")
    try:
        match words:
            case ["report", _, *_]:
                make_report(words[1:])
            case ["fleet", _, *_]:
                make_fleet(machines.of_runs(words[1:], setting("OUT", "out")), Path(setting("OUT", "out")) / "results")
            case ["--fleet", folder]:
                make_fleet(machines.below(Path(folder)), Path(folder))
            case ["progress", run, iteration]:
                show_progress(run, iteration)
            case ["history"]:
                show_history()
            case ["audit", *runs]:
                show_audit(runs)
            case ["baseline", suite, *environments]:
                check_baseline(suite, environments)
            case ["gate", *rest]:
                hold_gate(rest)
            case _:
                raise Failure(USAGE, __doc__)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("samebits: interrupted (status 130)", file=sys.stderr)
        return 130
    except Failure as failure:
        *lines, last = failure.message.split("\n")
        print(*lines, f"samebits: {last} (status {failure.status})", sep="\n", file=sys.stderr)
        return failure.status
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        print(f"samebits: the report failed in {Path(place.filename).name}, line {place.lineno}: {type(error).__name__}: "
              f"{printable(error)[:200]}; this is a bug in samebits (status {FAILED})", file=sys.stderr)
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
