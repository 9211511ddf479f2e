"""The answer: which environment is slower, by how much, how certain that is, and what was not decided."""
import math
import re

from report.words import SIGNS, by_how_much, counted, duration, factor, listed, percent, printable, size


def base_of(report: dict, environment: str):
    """The environment with which this one is compared in the tables; None for the reference."""
    return next((c["b"] for c in report["comparisons"] if c["a"] == environment), None)


def compared(report: dict) -> list:
    """[(environment, its base)]"""
    bases: dict = {}
    for c in report["comparisons"]:
        bases.setdefault(c["a"], c["b"])
    return [(e, bases[e]) for e in report["environments"] if e in bases]


def of_pair(rows: list, a: str, b: str) -> list:
    return [row for row in rows if row["a"] == a and row["b"] == b]


def emulated(report: dict, environment: str) -> bool:
    values = next((f["values"] for f in report["audit"].get("facts", []) if f["name"] == "accelerator"), {})
    return str(values.get(environment, "")).startswith("tcg")


def undecided(report: dict, a: str, b: str, names: list, total: int) -> str:
    """What was not decided, and how large an undetected difference may be."""
    limits = [d["ratio"] for d in of_pair(report.get("detectable", []), a, b) if d["experiment"] in names and d.get("ratio")]
    where = f"{listed(names, 3)} undecided" if len(names) < total else f"all {total} undecided"
    starts = report["iterations"]
    if limits:
        return f"{where}: less than {factor(max(limits))} could not be seen"
    return f"{where}: {counted(starts, 'start')} each cannot show a difference"


def finding(report: dict, a: str, b: str) -> tuple:
    """(short, long): the finding about an environment and its base."""
    rows = [c for c in of_pair(report["comparisons"], a, b) if c["family"] == "primary"]
    names: dict = {verdict: [] for verdict in SIGNS}
    for row in rows:
        names[row.get("verdict") or "undecided"].append(row["experiment"])
    total, margin = len(rows), percent(report["settings"].get("margin", 0.03))
    if not rows:
        return "not comparable", "no experiment was measured in both"
    decided = len(names["slower"]) + len(names["faster"])
    mean = next(iter(of_pair(report["geomeans"], a, b)), None)
    says = []
    short = ""
    if mean and decided and mean.get("interval") and (mean["interval"][0] > 1 or mean["interval"][1] < 1):
        says.append(f"{by_how_much(mean['ratio'], mean['interval'])}, geometric mean of {mean['count']}")
        short = f"{by_how_much(mean['ratio'])} than {printable(b)}"
        if decided < total or (names["slower"] and names["faster"]):
            says += [f"{way} in {len(names[way])} of {total}" for way in ("slower", "faster") if names[way]]
    else:
        for way in ("slower", "faster"):
            found = [c for c in rows if c.get("verdict") == way]
            if found:
                each = [f"{printable(c['experiment'])} {factor(max(c['performance'], 1 / c['performance']))}"
                        for c in sorted(found, key=lambda c: -abs(math.log(c["performance"])))]
                says.append(f"{way} in {len(found)} of {total} ({listed(each, 3)})")
        short = " and ".join(f"{way} than {printable(b)} in {len(names[way])} of {total}" for way in ("slower", "faster") if names[way])
    if names["same"]:
        says.append(f"same within {margin} in {len(names['same'])} of {total}")
        short = short or f"the same as {printable(b)} within {margin} in {len(names['same'])} of {total}"
    if names["slight"]:
        says.append(f"a difference below {margin} in {listed(names['slight'], 3)}")
        short = short or f"less than {margin} from {printable(b)} in {len(names['slight'])} of {total}"
    if names["undecided"]:
        says.append(undecided(report, a, b, names["undecided"], total))
        short = (f"{short}, {len(names['undecided'])} undecided" if short else f"undecided against {printable(b)} in all {total}")
    return short, "; ".join(says)


def title(report: dict, found: list) -> str:
    """The finding as a heading."""
    if not found:
        return f"{listed(report['environments'])}: nothing to compare with"
    if len(found) <= 3:
        return "; ".join(f"{printable(a)} {short}{' (emulated)' if emulated(report, a) else ''}" for a, _, short, _ in found)
    ways = {way: sum(f"{way} than" in short for _, _, short, _ in found) for way in ("slower", "faster")}
    return (f"{counted(len(found), 'environment')} against {printable(report['reference'])}: {ways['slower']} slower, "
            f"{ways['faster']} faster, {sum(not re.search('slower|faster', short) for _, _, short, _ in found)} neither")


def version(text) -> str:
    match = re.match(r"\d+\.\d+", str(text))
    return match.group() if match else printable(text)


def processors(machine: dict) -> str:
    """ "1 of 2 processors" """
    cpus, all_of_them = machine.get("cpus"), machine.get("processors")
    ours = len(cpus) if isinstance(cpus, list) else cpus
    if ours and all_of_them and ours < all_of_them:
        return f"{ours} of {counted(all_of_them, 'processor')}"
    return counted(ours or all_of_them, "processor") if ours or all_of_them else ""


def what(report: dict) -> str:
    """What was measured, and on what machine: parts separated by " · "."""
    machine = report.get("machine", {})
    sizes = [machine.get("cpu"), processors(machine),
             size(machine["memory_bytes"]) if machine.get("memory_bytes") else None, machine.get("scratch_filesystem")]
    versions = machine.get("versions", {})
    names = {"qemu": "QEMU", "docker": "Docker", "podman": "Podman"}
    made = [f"Linux {version(machine['host_kernel'])}" if machine.get("host_kernel") else None] + [
        f"{names.get(name, name)} {version(versions[name])}" + (f" ({machine['accelerator'].upper()})"
        if name == "qemu" and machine.get("accelerator") else "") for name in versions if versions[name]]
    starts = f"{counted(report['iterations'], 'start')} each"
    if report.get("most_starts"):
        starts += f" (auto, at most {report['most_starts']})"
    parts = [f"suite {report['suite']}", starts] + [
        ", ".join(printable(part) for part in some if part) for some in (sizes, made)]
    return " · ".join(printable(part) for part in parts + [duration(report.get("duration_s"))] if part and part != "-")


def same_files(paths: list) -> str:
    """The programs by their paths, other files by their number."""
    named = [printable(path) for path in paths if path.startswith("programs/bin/")]
    others = len(paths) - len(named)
    return listed(named, 3) + (f", and {counted(others, 'file')} that they need" if others else "")


def differences(report: dict) -> str:
    """One line about the class of differences, and problems in the data."""
    audit = report["audit"]
    confounds = [fact for fact in audit.get("facts", []) if fact["class"] == "confound"]
    everywhere = [fact["name"] for fact in confounds if len(fact.get("explains", [])) == len(report["experiments"])]
    if not confounds:
        said = "Apart from virtualization, only harmless differences were recorded."
    else:
        said = f"Virtualization is not the only difference: {counted(len(confounds), 'other')} may affect results"
        said += f", {len(everywhere)} of them every result ({listed(everywhere)})." if everywhere else "."
    if report.get("programs"):
        said += f" The same files ran everywhere: {same_files(report['programs'])}."
    if audit.get("faults"):
        said += f" Problems in the data: {listed(dict.fromkeys(fault['name'] for fault in audit['faults']))}."
    if report.get("problems"):
        said += f" Left out: {listed([problem['file'] for problem in report['problems']], 2)}."
    return said


def answer(report: dict) -> dict:
    """The text of the first lines: {title, warning?, what, lines: [{environment, text}], differences}."""
    found = [(a, b, *finding(report, a, b)) for a, b in compared(report)]
    bad = report["audit"].get("illegitimate", [])
    return ({"warning": f"Not a legitimate comparison: {listed(bad)}."} if bad else {}) | {
        "title": ("Not a legitimate comparison: " if bad else "") + title(report, found),
        "what": what(report),
        "lines": [{"environment": a, "text": long + ("; emulated (TCG): says nothing about KVM" if emulated(report, a) else "")}
                  for a, _, _, long in found],
        "differences": differences(report)}
