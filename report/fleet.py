"""Many machines: each against the median of the others of its model, the kind of outlier, and the order in which to inspect them."""
import math

from report import words
from report.causes import causes, differing, mean, typical
from report.common import median
from report.result import ALPHA, inverted, read_kinds
from report.statistics import findings

NOISE = {"osnoise": "noise"}  # its kind is processor, but it shows what others take of the processor
LEAST = 3  # machines of a model, as in report/stats/fleet.h


def models_of(machines: list) -> list:
    """[{name, machines: [index]}], the largest first."""
    groups: dict = {}
    for i, machine in enumerate(machines):
        groups.setdefault(machine["model"], []).append(i)
    return [{"name": ", ".join(part for part in (" ".join(model[:2]).strip(), *model[2:]) if part), "machines": own}
            for model, own in sorted(groups.items(), key=lambda item: -len(item[1]))]


def found_in(machines: list, models: list, stats: str, margin: float) -> dict:
    rows = [row | {"environment": str(i)} for i, machine in enumerate(machines) for row in machine["rows"]]
    return findings(stats, {"rows": rows, "pairs": [], "alpha": ALPHA, "margin": margin,
                            "models": [[str(i) for i in model["machines"]] for model in models]})


def rank(machine: dict) -> tuple:
    """First worse machines, by their smallest deviation; then better ones; then all others."""
    machine.setdefault("findings", [])
    first = next(iter(machine["findings"]), None)
    if first:
        return (first["kind"] == "faster", -abs(math.log(first["at_least"])), machine["name"])
    return 2, min(machine["kinds"].values(), default=1), machine["name"]


def judged(machines: list, models: list, found: dict, margin: float) -> dict:
    """Adds its rows and findings to each machine; returns {experiment: kind}."""
    table = read_kinds() | NOISE
    tests = {row["experiment"]: row["test"] for machine in machines for row in machine["rows"]}
    kinds = {name: table.get(test, "programs") for name, test in tests.items()}
    groups: dict = {}
    for group in found["groups"]:
        groups.setdefault(int(group["environment"]), {})[group["experiment"], group["metric"]] = group
    for machine in machines:
        machine["rows"] = []
    for row in found["fleet"]:
        value = groups[int(row["a"])][row["experiment"], row["metric"]]["median"]
        machines[int(row["a"])]["rows"].append({**row, "value": value, "kind": kinds[row["experiment"]], **inverted(row)})
    for model in models:
        for i in model["machines"] if len(model["machines"]) >= LEAST else []:
            peers = typical([machines[j]["facts"] for j in model["machines"] if j != i])
            primary = {name: group for (name, _), group in groups.get(i, {}).items() if group["family"] == "primary"}
            machines[i] |= {"differs": differing(machines[i]["facts"], peers, margin),
                            "findings": causes(machines[i]["rows"], machines[i]["facts"], peers, primary, margin)}
    for machine in machines:
        by_kind: dict = {}
        for row in machine["rows"]:
            if row["family"] == "primary" and "performance" in row:
                by_kind.setdefault(row["kind"], []).append(row["performance"])
        machine["kinds"] = {kind: mean(values) for kind, values in by_kind.items()}
    order = list(dict.fromkeys(table.values()))
    return dict(sorted(kinds.items(), key=lambda item: order.index(item[1])))


def limits(rows: list) -> dict:
    """For each experiment, how small a difference could have been detected."""
    found: dict = {}
    for row in rows:
        if row["family"] == "primary" and row.get("limit"):
            found.setdefault(row["experiment"], []).append(row["limit"])
    return {name: median(values) for name, values in found.items()}


def left(fleet: dict) -> list:
    """Text about all other machines, and about what could not be detected."""
    compared = sum(len(model["machines"]) for model in fleet["models"] if len(model["machines"]) >= LEAST)
    outliers = sum(bool(machine["findings"]) for machine in fleet["machines"])
    said = []
    if compared and not outliers:
        said.append(f"None of {words.counted(compared, 'machine')} was found to differ from the others of its model.")
    elif compared:
        said.append(f"{compared - outliers} of {words.counted(compared, 'machine')} were not found to differ from the others of their model.")
    for model in fleet["models"]:
        name, count = words.printable(model["name"]), len(model["machines"])
        if count < LEAST:
            said.append(f"{name} has {words.counted(count, 'machine')}, and {LEAST} are needed: {LEAST - count} more, with documents of the same "
                        "suite and the same bits.")
        if model["limits"]:
            seen = [f"{words.printable(experiment)} {words.factor(limit)}" for experiment, limit in model["limits"].items()]
            said.append(f"The least difference that {name} could show: {words.listed(seen, 8)}.")
    if fleet["problems"]:
        said.append(f"Left out: {words.listed([problem['file'] for problem in fleet['problems']], 2)}.")
    return said


def answer(fleet: dict) -> dict:
    """The text of the first lines: {what, lines: [{machine, kind, text}], rest}."""
    starts = [machine["starts"] for machine in fleet["machines"]]
    what = [words.counted(len(starts), "machine"), words.counted(len(fleet["models"]), "model"), f"suite {fleet['suite']}",
            f"{min(starts)} starts each" if min(starts) == max(starts) else f"{min(starts)} to {max(starts)} starts each"]
    lines = [{"machine": machine["name"], "kind": " and ".join(one["kind"] for one in machine["findings"]),
              "text": "; ".join(one["why"] for one in machine["findings"])} for machine in fleet["machines"] if machine["findings"]]
    return {"what": " · ".join(map(words.printable, what)), "lines": lines, "rest": left(fleet)}


def compose(machines: list, problems: list, stats: str, margin: float) -> dict:
    """fleet.json."""
    models = models_of(machines)
    kinds = judged(machines, models, found_in(machines, models, stats, margin), margin)
    for model in models:
        own = [machines[i] for i in model["machines"]]
        model |= {"machines": [machine["name"] for machine in own], "limits": limits([row for machine in own for row in machine["rows"]])}
        for machine in own:
            machine["model"] = model["name"]
    machines.sort(key=rank)
    fleet = {"schema": "samebits-fleet-1", "suite": machines[0]["suite"], "identity": [bits for bits in machines[0]["bits"] if bits],
             "settings": {"alpha": ALPHA, "margin": margin}, "experiments": kinds, "models": models,
             "machines": [{name: value for name, value in machine.items() if name not in ("suite", "bits")} for machine in machines],
             "problems": problems}
    return fleet | {"answer": answer(fleet)}
