"""Result documents: found, read, checked and joined. Invalid content costs at most its own file: the problem is reported with
the file's name."""
import json
import os
import re
import stat
from collections import Counter
from pathlib import Path

from report.common import COMMAND, DIFFER, USAGE, Failure, at, distinct, printable

LARGEST = 64 << 20
GREATEST = 1e100
BUCKET_BITS, BUCKETS = 7, 7424  # bench/histogram.h
NAME = re.compile(r".+-[0-9]+\.json")

number = (int, float)
# What the report reads, and its type; a list with one element is a list of that type, "*" stands for any key.
LATENCIES = {"*": number}
HISTOGRAM = {"buckets": list}
EXPERIMENT = {
    "name": str, "command": str, "exit": number, "error": str, "unavailable": str, "total_time_s": number,
    "events": number, "events_per_s": number, "latency_ns": LATENCIES, "latency_histogram": HISTOGRAM, "primary": str,
    "per_cpu_s": number,
    "counters": {"unavailable": str, "instructions_user": number, "instructions_kernel": number, "cycles_user": number, "cycles_kernel": number},
    "warnings": [str], "harness": {"share": number}, "host_cpu": {"used_s": number, "waited_s": number},
    "cpu": {"user_s": number, "system_s": number, "steal_s": number},
    "operations": {"*": {"count": number, "per_s": number, "mib_per_s": number, "latency_ns": LATENCIES, "histogram": HISTOGRAM}},
    "metrics": [{"name": str, "unit": str, "value": number, "better": str}]}
SHAPE = {
    "environment": str, "iteration": int, "suite": str, "status": str, "wait_ms": number, "identity": {"*": str},
    "programs": [{"path": str, "sha256": str}],
    "platform": {
        "kernel": str, "preemption": str, "tick_hz": number, "huge_pages": str, "memory_bytes": number, "memory_available_bytes": number, "clocksource": str,
        "clock_read_ns": number, "governor": str, "processes": number, "first_process": str, "mitigations": {"*": str},
        "cpu": {"model": str, "count": number, "online": number, "flags": str}, "limits": {"memory_bytes": number},
        "filesystem": {"type": str, "options": str, "io_scheduler": str}, "virtualization": {"hypervisor": str, "container": object},
        "dirty": {"*": number}},
    "host": {
        "kernel": str, "cpu_model": str, "kind": str, "engine": str, "accelerator": str, "machine": str, "command": [str],
        "cpus": [number], "memory_bytes": number, "memory_limit": str, "start_utc": str, "end_utc": str, "sequence": number, "max_iterations": int,
        "steal": number, "others_busy": number, "load": [number], "load_after": [number], "versions": {"*": str},
        "machine_id": {"*": str}, "timeline_ms": {"*": number}, "mitigations": {"*": str}, "kvm_parameters": {"*": {"*": object}},
        "kernel_options": {"*": str}, "exits": {"*": number}, "guest_huge_pages_bytes": number, "frequency_mhz": {"median": number},
        "scratch_filesystem": str, "concurrent": number, "samples": [{"*": number}], "start_to_init_ms": number, "wall_ms": number,
        "footprint": {"memory_bytes": number, "cpu_s": number, "engine_bytes": number, "unavailable": str},
        "disk_bytes": {"*": number}, "disk_unavailable": str},
    "experiments": [EXPERIMENT]}
REQUIRED = ("environment", "iteration", "suite", "identity", "platform", "experiments")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
WORDS = {str: "a string", int: "a whole number", number: "a number", list: "a list", dict: "an object"}


class Unusable(Exception):
    """Why a file is left out."""


def expect(value, shape, path: str):
    """Raises Unusable unless the value has this shape; null counts as absent, and is removed."""
    kind = dict if isinstance(shape, dict) else list if isinstance(shape, list) else shape
    if kind is not object and (not isinstance(value, kind) or isinstance(value, bool) and kind in (int, number)):
        raise Unusable(f"{path} is not {WORDS[kind]}: {printable(json.dumps(value))[:40]}")
    if kind in (int, number) and not -GREATEST < value < GREATEST:
        raise Unusable(f"{path} is too large a number")
    if kind is list and isinstance(shape, list):
        for place, item in enumerate(value):
            expect(item, shape[0], f"{path}.{place}")
    elif kind is dict:
        for key in [key for key in value if value[key] is None]:
            del value[key]
        every = shape.get("*")
        for key in value if every else shape.keys() & value.keys():
            expect(value[key], every or shape[key], f"{path}.{key}" if path else key)


def no_constant(word: str):
    raise Unusable(f"{word} is not a number in JSON")


DECODER = json.JSONDecoder(parse_constant=no_constant)


def content(path: Path) -> bytes:
    """Only of a regular file, and at most as much as a document can have: a pipe would not end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Unusable(f"cannot be read: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unusable("not a plain file")
        if status.st_size > LARGEST:
            raise Unusable(f"larger than {LARGEST >> 20} MiB")
        return file.read(LARGEST)


def check_strings(document, text: bytes):
    """JSON can contain strings that are not valid Unicode, and the zero character."""
    if b"\\u" in text:
        try:
            again = json.dumps(document, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise Unusable("a string is not Unicode") from None
        if b"\\u0000" in again:
            raise Unusable("a string has a zero character")


def check_histogram(histogram: dict, values: dict, path: str):
    """What out/bin/stats needs: it refuses its whole input if one histogram is invalid."""
    if histogram.get("sub_bucket_bits") != BUCKET_BITS or "buckets" not in histogram:
        raise Unusable(f"{path} has other buckets than 2^{BUCKET_BITS} in a power of two")
    for bucket in histogram["buckets"]:
        if not (isinstance(bucket, list) and len(bucket) == 2 and type(bucket[0]) is int and type(bucket[1]) is int
                and 0 <= bucket[0] < BUCKETS and 0 <= bucket[1] < 1 << 50):
            raise Unusable(f"{path} has something that is not a bucket: {printable(json.dumps(bucket))[:40]}")
    low, high = values.get("min"), values.get("max")
    if type(low) is not int or type(high) is not int or not 0 <= low <= high:
        raise Unusable(f"{path} has no minimum and maximum, or not in this order")


def check_experiment(experiment: dict, histograms: bool):
    if "name" not in experiment or "command" not in experiment:
        raise Unusable("an experiment has no name, or no command")
    name = printable(experiment["name"])[:40]
    if any("name" not in metric or "value" not in metric for metric in experiment.get("metrics", [])):
        raise Unusable(f"a metric of {name} has no name, or no value")
    if not histograms:
        return
    if "latency_histogram" in experiment:
        check_histogram(experiment["latency_histogram"], experiment.get("latency_ns", {}), f"the histogram of {name}")
    for kind, operation in experiment.get("operations", {}).items():
        if "histogram" in operation:
            check_histogram(operation["histogram"], operation.get("latency_ns", {}), f"the histogram of {name}'s {printable(kind)[:20]}")


def decoded(text: bytes):
    """The value of JSON text, or Unusable."""
    if not text.strip():
        raise Unusable("empty")
    try:
        document = DECODER.decode(text.decode("utf-8"))
    except UnicodeDecodeError:
        raise Unusable("not UTF-8") from None
    except (ValueError, RecursionError):
        raise Unusable("not whole JSON; half written, perhaps") from None
    check_strings(document, text)
    return document


def read_json(path: Path):
    """The value of a JSON file, or Unusable."""
    return decoded(content(path))


def read(path: Path) -> dict:
    """A document with the fields that the report needs, or Unusable."""
    return parse(content(path))


def parse(text: bytes, histograms: bool = True) -> dict:
    """The same for the content of a file; histograms that are not used need not be checked."""
    document = decoded(text)
    if at(document, "schema") != "samebits-result-1":
        raise Unusable("not a samebits-result-1 document")
    expect(document, SHAPE, "")
    for name in REQUIRED:
        if name not in document:
            raise Unusable(f"it has no {name}")
    for experiment in document["experiments"]:
        check_experiment(experiment, histograms)
    for name in ("start_utc", "end_utc"):
        if not STAMP.fullmatch(at(document, "host", name) or "2000-01-01T00:00:00Z"):
            raise Unusable(f"host.{name} is not a time in UTC")
    most = at(document, "host", "max_iterations")
    if most is not None and not 0 < most < 1e6:
        raise Unusable("host.max_iterations is not a number of starts")
    if document.get("status") == "incomplete":
        raise Unusable(f"not complete: {printable(at(document, 'error') or 'the start was lost')[:200]}")
    return document


def find(name: str, out: str) -> Path:
    """The directory of a run, by its own name: "latest" is a link."""
    directory = Path(name if "/" in name else f"{out}/results/{name}")
    if not directory.is_dir():
        raise Failure(USAGE, f"no results in {directory}; list the runs: ls {out}/results")
    return directory.resolve()


def usable(directory: Path, problems: list) -> list:
    """The documents of a run, one for each start and all of one suite; a line in `problems` for each file that is left out."""
    documents, seen = [], {}
    files = sorted(path for path in directory.iterdir() if NAME.fullmatch(path.name))
    if not files:
        raise Failure(USAGE, f"no result documents in {directory}; run {COMMAND} compare")

    def leave_out(file, why):
        problems.append({"file": f"{directory.name}/{file}", "why": why})

    for path in files:
        try:
            document = read(path)
            start = document["environment"], document["iteration"]
            if start in seen:
                raise Unusable(f"the same start as {seen[start]}")
            seen[start] = path.name
            documents.append(document | {"file": path.name, "run": directory.name})
        except Unusable as error:
            leave_out(path.name, str(error))
    suites = Counter(document["suite"] for document in documents)
    suite = max(suites, key=suites.get, default=None)
    for document in documents:
        if document["suite"] != suite:
            leave_out(document["file"], f"of the suite {document['suite']}, where the others are of {suite}")
    documents = [document for document in documents if document["suite"] == suite]
    if not documents:
        first = next(problem for problem in problems if problem["file"].startswith(f"{directory.name}/"))
        raise Failure(USAGE, f"{directory} has no usable result document: {printable(first['file'])}: {first['why']}")
    return documents


def check_identities(documents: list):
    """All documents of a run must come from one build."""
    for part in distinct(part for document in documents for part in document["identity"]):
        sums: dict = {}
        for document in documents:
            if part in document["identity"]:
                sums.setdefault(document["identity"][part], []).append(document["file"].removesuffix(".json"))
        if len(sums) > 1:
            who = ", ".join(f"{part} {digest[:19]} in {' '.join(files)}" for digest, files in sums.items())
            raise Failure(DIFFER, f"not comparable, the identities differ: {printable(who)}; measure again from one build")


def join(directories: list, order: list) -> tuple:
    """Documents of one or several runs in the order of their environments, each with its `label` (the environment, with several
    runs also the run's name) and its `sequence` in the run; and the problems: [{file, why}]."""
    problems, documents = [], []
    for directory in directories:
        run = usable(directory, problems)
        check_identities(run)
        run.sort(key=lambda d: (at(d, "host", "sequence") or 1e9, at(d, "host", "start_utc") or "", d["iteration"]))
        for place, document in enumerate(run, 1):
            document["sequence"] = at(document, "host", "sequence") or place
            document["label"] = document["environment"] + (f"@{directory.name}" if len(directories) > 1 else "")
        documents += run
    runs = {directory.name: place for place, directory in enumerate(directories)}
    places = {name: place for place, name in reversed(list(enumerate(order)))}
    documents.sort(key=lambda d: (places.get(d["environment"], len(order)), d["environment"], runs[d["run"]], d["iteration"]))
    return documents, problems
