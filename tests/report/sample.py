"""A small report.json for the tests of the output: three environments, a rate with its value per CPU second, and a time."""
HOSTILE = "<b>&amp;|'\"`$x %d\\ _*[l](u)_\x1b[31m\x07‮\n-end"
VERDICTS = ("slower", "faster", "same", "slight", "undecided")


def group(experiment, metric, unit, better, family, environment, values):
    return {"experiment": experiment, "metric": metric, "unit": unit, "better": better, "family": family, "environment": environment,
            "n": len(values), "median": sorted(values)[len(values) // 2], "ci": [min(values), max(values)], "ci_level": 0.95,
            "min": min(values), "max": max(values), "mean": sum(values) / len(values), "spread": 0.1, "warnings": ["drift"],
            "values": values, "sequence": list(range(1, len(values) + 1))}


def comparison(experiment, metric, unit, better, family, a, ratio, interval, verdict):
    ends = sorted(1 / end for end in interval) if better == "less" else interval
    return {"experiment": experiment, "metric": metric, "unit": unit, "better": better, "family": family, "a": a, "b": "native",
            "n": [6, 6], "ratio": ratio, "interval": interval, "interval_90": interval, "p": 0.01, "p_adjusted": 0.02, "correction": "holm",
            "family_size": 2, "verdict": verdict, "why": "", "performance": 1 / ratio if better == "less" else ratio,
            "performance_interval": ends}


def report(first="cpu-2000", environments=("docker", "qemu"), verdicts=("same", "slower"), commands=None):
    """`first` names the first experiment; each other environment has the verdict at its position in both experiments."""
    names = ["native", *environments]
    ratios = {"slower": 0.5, "faster": 2.0, "same": 1.0, "slight": 1.01, "undecided": 0.9}
    spread = {"slower": 0.02, "faster": 0.02, "same": 0.01, "slight": 0.005, "undecided": 0.4}
    metrics = [(first, "events/s", "1/s", "more", "primary"), (first, "events per CPU second", "1/s", "more", "cpu"),
               ("pipe", "round trip", "ns", "less", "primary")]
    groups, comparisons, tally, geomeans = [], [], [], []
    for x, m, unit, better, family in metrics:
        groups += [group(x, m, unit, better, family, e, [1000.0 + i + 10 * k for k in range(6)]) for i, e in enumerate(names)]
        for e, v in zip(environments, verdicts):
            ratio = 1 / ratios[v] if better == "less" else ratios[v]
            comparisons.append(comparison(x, m, unit, better, family, e, ratio, [ratio * (1 - spread[v]), ratio * (1 + spread[v])], v))
    for e, v in zip(environments, verdicts):
        tally.append({"a": e, "b": "native", "primary": {w: 2 * (w == v) for w in VERDICTS}, "all": {w: 3 * (w == v) for w in VERDICTS}})
        geomeans.append({"a": e, "b": "native", "ratio": ratios[v], "interval": [ratios[v] * 0.95, ratios[v] * 1.05], "count": 2, "better": "more"})
    start = {"run": "r", "iteration": 1, "status": "complete", "start_utc": "2026-01-01T00:00:00Z", "end_utc": "2026-01-01T00:00:50Z",
             "others_busy": 0.02, "waited_share": 0.1, "samples": [{"t_ms": 1000, "others_busy": 0.1}, {"t_ms": 2000, "others_busy": 0.2}]}
    return {"schema": "samebits-report-2", "runs": ["r"], "suite": "t", "environments": names, "reference": "native",
            "kinds": {name: "host" if name == "native" else "guest" if name == "qemu" else "container" for name in names}, "iterations": 6,
            "identity": ["sha256:0123456789abcdef"], "settings": {"alpha": 0.05, "margin": 0.03, "paired": False},
            "machine": {"cpu": "AMD EPYC", "processors": 2, "cpus": 1, "memory_bytes": 2 ** 29, "scratch_filesystem": "ext4",
                        "host_kernel": "6.18.44", "accelerator": "tcg", "hypervisor_bit": True, "versions": {"qemu": "7.2.22"}},
            "duration_s": 2760, "start_utc": "2026-01-01T00:00:00Z", "end_utc": "2026-01-01T00:46:00Z",
            "experiments": [{"name": first, "command": "cpu", "test": "cpu", "kind": "processor", "primary": "events/s"},
                            {"name": "pipe", "command": "pipe", "test": "pipe", "kind": "wake-ups", "primary": "round trip"}],
            "groups": groups, "comparisons": comparisons, "geomeans": geomeans,
            "detectable": [{"experiment": x, "metric": "", "a": e, "b": "native", "ratio": r, "starts": 40}
                           for e in environments for x, r in ((first, 1.06), ("pipe", 1.8))],
            "percentiles": [{"experiment": "pipe", "kind": "event", "environment": e, "count": 1000, "min": 1, "p50": 1000, "p99": 2000,
                             "max": 9000, "curve": [[0, 900], [50, 1000], [99, 2000], [100, 9000]]} for e in names],
            "profile": [{"a": e, "b": "native", "kind": "processor", "performance": 0.5, "count": 1, "verdicts": {"slower": 1}} for e in environments],
            "tally": tally, "waiting": [{"environment": "native", "share": 0.02}], "unavailable": [], "problems": [],
            "audit": {"facts": [{"name": "accelerator", "class": "confound", "values": {e: "tcg" if e == "qemu" else "none" for e in names},
                                 "why": "TCG emulates", "kinds": ["all"], "explains": [first, "pipe"]}],
                      "same": ["cpus"], "faults": [], "notes": [], "illegitimate": []},
            "starts": [{**start, "environment": e, "sequence": i + 1} for i, e in enumerate(names)], "startup_times": {},
            "commands": commands or {}}
