"""usage: python3 -m tests.report.runners DOCUMENT FOLDER MACHINES STARTS: makes runners from a real document, each a folder with
STARTS starts. Machines of a model differ a little, and so do a machine's starts; some machines have a fault: FAULTS."""
import copy
import json
import random
import sys
from pathlib import Path

from report.metrics import test
from report.result import read_kinds

SPREAD, NOISE = 0.008, {"disk": 0.03}  # of machines, and of starts; of other kinds the same as of machines
FAULTS = {"r03": "slow disk", "r05": "slow processor", "r07": "throttled", "r09": "less memory"}
RATES = ("events_per_s", "per_s", "mib_per_s", "per_cpu_s")
TIMES = ("min", "avg", "max", "p50", "p90", "p95", "p99", "p999", "p9999")


def moved(value, factor: float, better="more"):
    """Multiplies rates by `factor` and divides times by it."""
    if isinstance(value, list):
        return [moved(item, factor) for item in value]
    if not isinstance(value, dict):
        return value
    better = value.get("better", better)
    return {key: item if key.endswith("histogram") else moved(item, factor) if isinstance(item, (dict, list)) else item * factor if key in RATES or key == "value" and better == "more"
            else round(item / factor) if key in TIMES else item / factor if key in ("value", "total_time_s") else item
            for key, item in value.items()}


def experiment(real: dict, factor: float, work: float) -> dict:
    """Multiplies the rate, and the work per second of processor time."""
    made = moved(real, factor)
    for name in ("user_s", "system_s"):
        if name in made.get("cpu", {}):
            made["cpu"][name] /= work
    return made


def factors(fault: str, kind: str, start: int, starts: int) -> tuple:
    """(rate, work per second of processor time)"""
    slowed = {"slow processor": 0.7, "throttled": 1 - 0.45 * (start - 1) / max(starts - 1, 1)}.get(fault, 1)
    if kind == "disk":
        return slowed * (0.35 if fault == "slow disk" else 1), slowed
    return slowed, slowed


def document(real: dict, name: str, fault: str, own: dict, chance: random.Random, start: int, starts: int) -> dict:
    made = copy.deepcopy({key: value for key, value in real.items() if key != "experiments"})
    kinds = read_kinds()
    made["experiments"] = []
    for one in real["experiments"]:
        kind = kinds[test(one)]
        rate, work = factors(fault, kind, start, starts)
        rate *= own[kind] * chance.lognormvariate(0, NOISE.get(kind, SPREAD))
        made["experiments"].append(experiment(one, rate, work * own[kind]))
    platform = made["platform"]
    if fault == "less memory":
        platform["memory_bytes"] //= 2
    made |= {"run": f"night-{name}", "iteration": start}
    made["host"] = real.get("host", {}) | {
        "kind": "host", "command": ["bench"], "cpus": [1], "cpu_model": platform["cpu"].get("model", "CPU"), "kernel": platform["kernel"],
        "start_utc": f"2026-01-01T{start // 60:02d}:{start % 60:02d}:00Z", "end_utc": f"2026-01-01T{start // 60:02d}:{start % 60:02d}:30Z", "wall_ms": 30000,
        "machine_id": {"hostname": name, "vendor": "Maker", "product": "Server 1", "serial": f"S{name}", "disk": "Disk 1"}}
    return made


def fleet(real: dict, folder: Path, machines: int, starts: int, faults=None, seed=1):
    """Writes FOLDER/NAME/native-N.json."""
    chance = random.Random(seed)
    for number in range(1, machines + 1):
        name = f"r{number:02d}"
        own = {kind: chance.lognormvariate(0, SPREAD) for kind in read_kinds().values()}
        (folder / name).mkdir(parents=True)
        for start in range(1, starts + 1):
            made = document(real, name, (FAULTS if faults is None else faults).get(name, ""), own, chance, start, starts)
            (folder / name / f"native-{start}.json").write_text(json.dumps(made))


if __name__ == "__main__":
    fleet(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
