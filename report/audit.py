"""What differs apart from the virtualization: {facts, same, faults, notes, illegitimate}. The rules are data: audit.rules."""
import re
from collections import defaultdict
from pathlib import Path

from report.common import at, distinct, environment, listed, percent
from report.facts import facts_by_label, waited
from report.faults import faults, option
from report.metrics import kind, kinds_by_label, test

HERE = Path(__file__).parent
WORST = {"confound": 0, "intended": 1, "harmless": 2}
SIZE = re.compile(r"([0-9]+)([KMGT]?)", re.IGNORECASE)
MUCH_WAITED = 0.01


def lines(path: Path) -> list:
    return [line for line in path.read_text().splitlines() if line.strip() and not line.lstrip().startswith("#")]


class Rules:
    """audit.rules, and the concerns of the kernel's options."""

    def __init__(self):
        self.cases, self.kinds, self.concerns, self.why = defaultdict(list), {}, {}, {}
        for line in lines(HERE / "kinds.table"):
            if line.startswith("kind "):
                _, name, *tests = line.split()
                self.kinds[name] = tests
        for line in lines(HERE / "audit.rules"):
            columns = re.split(r" {2,}|\t+", line)
            if len(columns) != 5:
                raise ValueError(f"audit.rules: not five columns: {line}")
            name, when, which, explains, why = columns
            self.cases[name].append((when.split("&"), which, explains.split(","), why))
            if which == "fault":
                self.why[name] = why
        for line in lines(HERE.parent / "kernel-config/perceptible.table"):
            concern, names = re.split(" {2,}", line)[:2]
            self.concerns.setdefault(concern, []).append(names.split("|")[0])


def text(value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def holds(tests: list, a, b, kinds: list) -> bool:
    numbers = all(isinstance(value, (int, float)) for value in (a, b))

    def one(check: str) -> bool:
        word, _, x = check.partition("=")
        if check == "-":
            return True
        if word == "any":
            return any(re.search(x, text(value)) for value in (a, b))
        if word == "both":
            return all(re.search(x, text(value)) for value in (a, b))
        if word == "with":
            return x in kinds
        if word not in ("near", "within", "below"):
            raise ValueError(f"audit.rules: {check} is not a test")
        if not numbers:
            return False
        most = max(a, b)
        return most <= float(x) if word == "below" else abs(a - b) <= float(x) * (most if word == "within" else 1)

    return all(one(check) for check in tests)


class Context:
    """The experiments: the kinds of each, and which are short: the harness itself takes more than 1 % of their events."""

    def __init__(self, documents: list, rules: Rules):
        experiments = [experiment for document in documents for experiment in document["experiments"]]
        self.names = distinct(experiment["name"] for experiment in experiments)
        self.short = {e["name"] for e in experiments if (at(e, "harness", "share") or 0) > 0.01}
        tests = {experiment["name"]: test(experiment) for experiment in reversed(experiments)}
        self.kinds = {name: [kind for kind, tests in rules.kinds.items() if tests_of in tests] or ["all"] for name, tests_of in tests.items()}
        self.environments = kinds_by_label(documents)

    def explained(self, explains: list) -> list:
        if explains == ["-"]:
            return []
        return [name for name in self.names if "all" in explains or "short" in explains and name in self.short
                or self.kinds[name] == ["all"] or set(explains) & set(self.kinds[name])]


def judged(pair: list, a, b, cases: list, context: Context) -> dict:
    """One fact, for one pair in which it differs."""
    _, which, explains, why = next(case for case in cases if holds(case[0], a, b, [context.environments[who] for who in pair]))
    names = context.explained(explains)
    if which == "intended" and environment(pair[0]) == environment(pair[1]):
        which = "confound"
    if which == "confound" and not names:
        which, why = "harmless", why + " (no experiment here depends on it)"
    return {"a": pair[0], "b": pair[1], "class": which, "explains": names, "kinds": explains, "why": why}


def compared(documents: list, rules: Rules, context: Context, pairs: list) -> list:
    """Each fact, with the pairs in which it differs."""
    facts = facts_by_label(documents, rules.concerns)
    found, cache = [], {}
    for name in next(iter(facts.values())):
        if name not in rules.cases:
            raise ValueError(f"audit.rules has no line for {name}")
        values = {label: facts[label][name] for label in facts}
        known = [pair for pair in pairs if values[pair[0]] and values[pair[1]]]
        differing = []
        for pair in known:
            a, b = values[pair[0]][0], values[pair[1]][0]
            if a != b:
                key = name, a, b, *[context.environments[who] for who in pair], environment(pair[0]) == environment(pair[1])
                if key not in cache:
                    cache[key] = judged(pair, a, b, rules.cases[name], context)
                differing.append(cache[key] | {"a": pair[0], "b": pair[1]})
        differing.sort(key=lambda one: WORST[one["class"]])
        fact = {"name": name, "known": len(known), "missing": [label for label in facts if not values[label]],
                "values": {label: value and value[1] for label, value in values.items()}, "pairs": differing}
        if differing:
            worst = [one for one in differing if one["class"] == differing[0]["class"]]
            fact |= {key: worst[0][key] for key in ("class", "why", "kinds")}
            fact["explains"] = distinct(name for one in worst for name in one["explains"])
        if name == "processor flags":
            fact["detail"] = {label: value and value[0] for label, value in values.items()}
        found.append(fact)
    return found


def size(words: str) -> int:
    found = SIZE.match(words)
    return int(found[1][:15]) * 1024 ** " KMGT".index(found[2].upper() or " ") if found else 0


def fits_in_memory(documents: list):
    memory = min((size for d in documents for size in (d["platform"].get("memory_bytes"), at(d, "platform", "limits", "memory_bytes")) if size), default=0)
    sizes: dict = {}
    for experiment in documents[0]["experiments"]:
        if test(experiment) == "fileio" and "direct" not in experiment["command"]:
            sizes.setdefault(size(option(experiment, "file-total-size") or "2G"), []).append(experiment["name"])
    return [f"the files of {listed(names)} ({files // 1048576} MiB) fit in memory: reads measure the page cache, "
            "only writes and fsyncs the disk" for files, names in sorted(sizes.items()) if files < memory]


def exits(documents: list) -> list:
    """Over all starts of an environment; each of its experiments is weighted by its events."""
    guests: dict = {}
    for document in documents:
        if at(document, "host", "accelerator") == "kvm":
            guests.setdefault(document["label"], []).append(document)
    notes = []
    for label, own in guests.items():
        counted = [document for document in own if "exits" in document["host"]]
        if not counted:
            notes.append(f"{label}: exits per event unavailable: only root may read KVM's counters, in /sys/kernel/debug/kvm")
        events = sum(experiment.get("events", 0) for document in counted for experiment in document["experiments"])
        if events > 0:
            sums: dict = defaultdict(int)
            for document in counted:
                for reason, count in document["host"]["exits"].items():
                    sums[reason] += count
            parts = [f"{reason.removesuffix('_exits')} {count / events:.2f}" for reason, count in sorted(sums.items(), key=lambda one: -one[1])
                     if reason != "exits" and count / events >= 0.005]
            notes.append(f"{label}: {sums['exits'] / events:.2f} exits per event, files and waiting between them included"
                         + (": " + ", ".join(parts) if parts else ""))
    return notes


def virtual_host(documents: list) -> list:
    if any(kind(d) != "guest" and at(d, "platform", "virtualization", "hypervisor_bit")
           and at(d, "host", "kernel") in (None, d["platform"].get("kernel")) for d in documents):
        return ["the host is itself a virtual machine (CPUID hypervisor bit): native is not bare metal, and a guest on it is nested"]
    return []


def notes(documents: list, facts: list) -> list:
    failed = [f"failed: {d['label']}-{d['iteration']} {e['name']}: {e.get('error', 'no reason is recorded')}"
              for d in documents for e in d["experiments"] if e.get("exit", 0) != 0]
    warnings: dict = {}
    for document in documents:
        for experiment in document["experiments"]:
            for warning in experiment.get("warnings", []):
                warnings.setdefault(warning, {})[f"{document['label']} {experiment['name']}"] = None
    starts: dict = defaultdict(int)
    for document in documents:
        starts[document["label"]] += 1
    unequal = ", ".join(f"{label} {count}" for label, count in starts.items()) if len(set(starts.values())) > 1 else ""
    unknown = distinct(fact["name"].split(":")[0] for fact in facts if not fact["known"] and fact["missing"])
    return [*exits(documents), *virtual_host(documents), *fits_in_memory(documents), *failed,
            *(f"{warning} ({', '.join(places)})" for warning, places in sorted(warnings.items())),
            *([f"unequal numbers of iterations: {unequal}"] if unequal else []),
            *([f"not compared, since recorded in one environment or in none: {', '.join(unknown)}"] if unknown else [])]


def memory_asked(document: dict):
    size = at(document, "host", "memory_bytes")
    return "unknown" if size is None else f"{size // 1048576:.0f}M"


def illegitimate(documents: list) -> list:
    """Why two runs must not be compared at all."""
    runs: dict = {}
    for document in documents:
        runs.setdefault(document["run"], []).append(document)
    checks = {"other bits": lambda d: d["identity"].get("bench", "unknown")[:19], "another suite": lambda d: d["suite"],
              "other programs": lambda d: d["identity"].get("programs", "none")[:19],
              "another number of processors": lambda d: len(at(d, "host", "cpus") or []), "another MEMORY": memory_asked}
    found = []
    for what, value in checks.items():
        values = {run: " and ".join(sorted({str(value(document)) for document in own})) for run, own in sorted(runs.items())}
        if len(set(values.values())) > 1:
            found.append(f"{what}: " + ", ".join(f"{value} in {run}" for run, value in values.items()))
    return found


def waiting(documents: list) -> list:
    """The share of the wanted processor time for which each environment waited, where known."""
    labels: dict = {}
    for document in documents:
        labels.setdefault(document["label"], []).append(document)
    shares = {label: waited(own) for label, own in labels.items()}
    return [{"environment": label, "share": share} for label, share in shares.items() if share is not None]


def sorted_out(facts: list) -> dict:
    """What differs, the worst first, and what is the same."""
    return {"facts": [{key: value for key, value in fact.items() if key not in ("known", "missing")}
                      for fact in sorted((fact for fact in facts if fact["pairs"]), key=lambda fact: WORST[fact["class"]])],
            "same": [fact["name"] for fact in facts if fact["known"] and not fact["pairs"]]}


def differences(documents: list, pairs: list) -> dict:
    """Only the facts, for the environments in which they differ."""
    rules = Rules()
    found = sorted_out(compared(documents, rules, Context(documents, rules), pairs))
    for fact in found["facts"]:
        differing = {label for pair in fact["pairs"] for label in (pair["a"], pair["b"])}
        fact["values"] = {label: value for label, value in fact["values"].items() if label in differing}
        fact.pop("detail", None)
    return found


def audit(documents: list, rows: list, pairs: list) -> dict:
    rules = Rules()
    facts = compared(documents, rules, Context(documents, rules), pairs)
    found = faults(documents, rows)
    found += [{"name": "waited for a processor", "where": [one["environment"]], "detail": f"{percent(one['share'])} of the processor time that it wanted"}
              for one in waiting(documents) if one["share"] > MUCH_WAITED]
    return sorted_out(facts) | {
            "faults": [fault | {"why": rules.why[fault["name"]]} for fault in found],
            "notes": notes(documents, facts), "illegitimate": illegitimate(documents)}
