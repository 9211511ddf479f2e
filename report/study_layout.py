"""The study's own layout: its published values next to ours, as text."""
from report import words

NAMES = {"total_time_s": "total time, s", "latency_min_ms": "latency min, ms", "latency_avg_ms": "latency avg, ms",
         "latency_max_ms": "latency max, ms", "latency_p95_ms": "latency p95, ms", "reads_per_s": "reads/s",
         "writes_per_s": "writes/s", "read_mib_per_s": "read MiB/s", "written_mib_per_s": "written MiB/s"}
HEAD = ["experiment", "metric", "", *(f"{e} {i}" for e in ("qemu", "docker") for i in range(1, 6))]
SHAPE_HEAD = ["experiment", "shape", "published", "here", "agrees"]


def measured(metric: str, value) -> str:
    """As many decimals as in the study, but more where these would show only zeros."""
    return f"{value:.4f}" if metric == "total_time_s" else f"{value:.2f}" if abs(value) >= 1 else words.figure(value)


def five(values, write) -> list:
    return [write(v) if v is not None else "-" for v in (list(values or []) + [None] * 5)[:5]]


def layout(report: dict):
    """{head, rows, shape_head, shape, conclusion}, or None for another suite."""
    found = report.get("study")
    if not found:
        return None
    rows = []
    for row in found["rows"]:
        for which, write in (("published", str), ("here", lambda v, m=row["metric"]: measured(m, v))):
            rows.append([row["experiment"], NAMES.get(row["metric"], row["metric"]), which]
                        + [text for e in ("qemu", "docker") for text in five(row[which].get(e), write)])
    shape = [[s["experiment"], s["what"], s["published"], s["here"], "yes" if s["agrees"] else "no"] for s in found.get("shape", [])]
    return {"head": HEAD, "rows": rows, "shape_head": SHAPE_HEAD, "shape": shape, "conclusion": found.get("conclusion") or ""}
