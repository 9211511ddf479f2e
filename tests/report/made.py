"""Small generated result documents for the report's tests. tests/report.bats uses those that bench writes."""
import json
from pathlib import Path

OUT = Path(__file__).parents[2] / "out"


def experiment(name="primes", rate=100.0, **more):
    return {"name": name, "command": "cpu --time=1", "total_time_s": 1.01, "events": 100, "events_per_s": rate, "exit": 0,
            "latency_ns": {"min": 9000, "avg": 10000, "max": 20000, "p50": 9900, "p95": 11000},
            "cpu": {"user_s": 0.8, "system_s": 0.2}} | more


def document(environment="native", iteration=1, experiments=None, **more):
    kind = {"native": "host", "qemu": "guest"}.get(environment.split(":")[0], "container")
    minute = iteration * 3 + len(environment) % 3
    made = {"schema": "samebits-result-1", "status": "complete", "environment": environment, "iteration": iteration, "suite": "quick",
            "identity": {"rootfs": "sha256:1", "bench": "sha256:2"},
            "platform": {"kernel": "6.1", "cpu": {"model": "CPU", "count": 1}, "memory_bytes": 1 << 29},
            "host": {"kind": kind, "kernel": "6.1", "command": ["run", "it"], "cpus": [1], "memory_bytes": 1 << 29, "cpu_model": "CPU",
                     "start_utc": f"2026-01-01T00:{minute:02d}:00Z", "end_utc": f"2026-01-01T00:{minute:02d}:30Z"},
            "experiments": experiments or [experiment(rate=100.0 + iteration * 0.37 + len(environment))]}
    for name, value in more.items():
        made[name] = made[name] | value if isinstance(made.get(name), dict) and isinstance(value, dict) else value
    return made


def write(directory: Path, *documents: dict):
    directory.mkdir(exist_ok=True)
    for one in documents:
        name = "".join(c if c.isalnum() else "_" for c in one["environment"])[:40]
        (directory / f"{name}-{one['iteration']}.json").write_text(json.dumps(one))


def run(directory: Path, environments=("native", "docker"), iterations=6, **more):
    write(directory, *(document(e, i, **more) for e in environments for i in range(1, iterations + 1)))
    return directory
