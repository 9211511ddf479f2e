"""What is wrong with a machine that differs from the others of its model: the kind of cause, and the reasons for it."""
import math
from collections import Counter

from report import words
from report.common import median
from report.result import ALPHA

NAMES = {"processor": "slow processor", "disk": "slow disk", "memory": "slow memory", "network": "slow network", "noise": "noise"}
FEWER = 0.9  # of the others' memory or processors: firmware keeps a little for itself
# How much worse than the processor another kind must be not to be explained by the processor, as a factor of logarithms.
WORSE = 1.5
# By how much the share of wanted processor time that went to others exceeds the usual share.
WAITED = 0.01


def mean(values) -> float:
    values = list(values)
    return math.exp(sum(map(math.log, values)) / len(values))


def near_end(row: dict) -> float:
    """The end of the interval that is nearest to 1: the smallest deviation."""
    ends = row.get("performance_interval") or [row["performance"]]
    return 1.0 if min(ends) <= 1 <= max(ends) else min(ends, key=lambda end: abs(math.log(end)))


def fall(group: dict) -> float:
    """The last starts' performance relative to the first ones'; 1 where there is no trend."""
    values, better = group["values"], group["better"]
    third = max(len(values) // 3, 1)
    first, last = median(values[:third]), median(values[-third:])
    down = group.get("trend_rho", 0) * (1 if better == "more" else -1) < 0
    if not down or group.get("trend_p", 1) >= ALPHA or min(first, last) <= 0:
        return 1.0
    return last / first if better == "more" else first / last


def said(rows: list, most=2) -> str:
    """ "cpu-2000 at 0.70 of the others [0.69, 0.71] and cpu-20000 at 0.71" """
    rows = sorted(rows, key=lambda row: -abs(math.log(near_end(row))))
    parts = []
    for row in rows:
        ends = row.get("performance_interval")
        interval = f" [{', '.join(map(words.times, ends))}]" if ends and not parts else ""
        per = " per second of processor time" if row["family"] == "cpu" else ""
        parts.append(f"{words.printable(row['experiment'])} at {words.times(row['performance'])}{per}{' of the others' if not parts else ''}{interval}")
    return words.listed(parts, most)


def finding(kind: str, rows: list, why: str) -> dict:
    return {"kind": kind, "performance": mean(row["performance"] for row in rows), "at_least": mean(map(near_end, rows)),
            "experiments": [row["experiment"] for row in rows], "why": why}


def of_processor(rows: list, per_cpu: dict, facts: dict, peers: dict, groups: dict, margin: float) -> dict:
    """Whether the processor is slow, slowed down, or used by others."""
    own = [per_cpu[row["experiment"]]["performance"] for row in rows if "performance" in per_cpu.get(row["experiment"], {})]
    if own and math.log(mean(own)) > math.log(mean(row["performance"] for row in rows)) / 2:
        return finding("other work", rows, f"{said(rows)}, but {words.times(mean(own))} per second of processor time: something else runs there")
    clock, usual = facts.get("clock"), peers.get("clock")
    falls = min((fall(groups[row["experiment"]]) for row in rows), default=1.0)
    why = []
    if clock and usual and clock < usual / (1 + margin):
        why.append(f"its clock is {words.figure(clock)} MHz, the others' {words.figure(usual)}")
    if falls < 1 / (1 + margin):
        why.append(f"its last starts are at {words.times(falls)} of its first")
    return finding("throttled" if why else NAMES["processor"], rows, "; ".join([said(rows), *why]))


def typical(peers: list) -> dict:
    """The others' values: numbers by their median, otherwise what more than half of them have."""
    found = {}
    for name in {name for facts in peers for name in facts}:
        values = [facts[name] for facts in peers if name in facts]
        if isinstance(values[0], (int, float)):
            found[name] = median(values)
        elif Counter(values).most_common(1)[0][1] * 2 > len(peers):
            found[name] = Counter(values).most_common(1)[0][0]
    return found


def differs(name: str, own, usual, margin: float) -> bool:
    if not isinstance(own, (int, float)):
        return own != usual
    if name == "waited":
        return own > usual + WAITED
    least = 1 / (1 + margin) if name == "clock" else FEWER
    return usual > 0 and not least < own / usual < 1 / least


def shown(name: str, value) -> str:
    if not isinstance(value, (int, float)):
        return words.printable(value)
    return {"memory": words.size, "waited": words.percent, "clock": lambda mhz: f"{words.figure(mhz)} MHz"}.get(name, words.figure)(value)


def differing(facts: dict, peers: dict, margin: float) -> dict:
    """{fact: [its value, the others' value]}"""
    return {name: [shown(name, value), shown(name, peers[name])] for name, value in facts.items()
            if name in peers and differs(name, value, peers[name], margin)}


def slower_rows(rows: list, per_cpu: dict, groups: dict, margin: float) -> dict:
    """{kind: rows}. A processor whose rate varies too much to decide is still the cause of slower results if it does less in a
    second of its time, or gets slower from start to start: a throttled one begins as fast as the others."""
    found: dict = {}
    for row in rows:
        if row["family"] == "primary" and row.get("verdict") == "slower":
            found.setdefault(row["kind"], []).append(row)
    if "processor" not in found:
        undecided = [row for row in rows if row["family"] == "primary" and row["kind"] == "processor" and row.get("verdict") == "undecided"]
        own = [per_cpu[row["experiment"]] for row in undecided if per_cpu.get(row["experiment"], {}).get("verdict") == "slower"]
        own = own or [row for row in undecided if found and fall(groups[row["experiment"]]) < 1 / (1 + margin)]
        if own:
            found["processor"] = own
    return found


def causes(rows: list, facts: dict, peers: dict, groups: dict, margin: float) -> list:
    """What is wrong with a machine, the worst first."""
    per_cpu = {row["experiment"]: row for row in rows if row["family"] == "cpu"}
    slower = slower_rows(rows, per_cpu, groups, margin)
    found = []
    if "processor" in slower:
        own = slower.pop("processor")
        found.append(of_processor(own, per_cpu, facts, peers, groups, margin))
        limit = math.log(found[0]["performance"]) * WORSE
        slower = {kind: some for kind, some in slower.items() if math.log(mean(row["performance"] for row in some)) < limit}
    found += [finding(NAMES.get(kind, f"slow {kind}"), some, said(some)) for kind, some in slower.items()]
    if facts.get("memory") and peers.get("memory") and facts["memory"] < FEWER * peers["memory"]:
        share = facts["memory"] / peers["memory"]
        found.append({"kind": "less memory", "performance": share, "at_least": share, "experiments": [],
                      "why": f"it has {shown('memory', facts['memory'])}, the others {shown('memory', peers['memory'])}"})
    faster = [row for row in rows if row["family"] == "primary" and row.get("verdict") == "faster"]
    found.sort(key=lambda one: one["at_least"])
    return found + ([finding("faster", faster, said(faster))] if faster else [])
