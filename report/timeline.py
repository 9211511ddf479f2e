"""The plot of when each start ran, how busy the other processors were, and how long our processes waited for ours."""
from datetime import datetime

from report import words
from report.plots import Plot, colour


def seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


def shares(starts: list, zero: float) -> dict:
    """{what: [(second, per cent)]}, from the samples; without samples, one value for the whole start."""
    found: dict = {"others_busy": [], "waited": []}
    for start in starts:
        begin, end = seconds(start["start_utc"]) - zero, seconds(start["end_utc"]) - zero
        samples = start.get("samples") or []
        for key, whole in (("others_busy", start.get("others_busy")), ("waited", start.get("waited_share"))):
            known = [(begin + s["t_ms"] / 1000, s[key] * 100) for s in samples if s.get(key) is not None]
            if not known and whole is not None:
                known = [(begin, whole * 100), (end, whole * 100)]
            found[key] += known
    return found


def timeline(report: dict, run: str, size: str):
    """None if no start's time is known."""
    starts = sorted((s for s in report["starts"] if s.get("run") == run and s.get("start_utc") and s.get("end_utc")),
                    key=lambda s: s["start_utc"])
    if not starts:
        return None
    zero = seconds(starts[0]["start_utc"])
    length = max(max(seconds(s["end_utc"]) for s in starts) - zero, 1)
    unit, per = ("minutes", 60) if length > 300 else ("seconds", 1)
    shown = [e for e in report["environments"] if any(s["environment"] == e for s in starts)]
    known = shares(starts, zero)
    lines = {key: [(at / per, value) for at, value in sorted(rows)] for key, rows in known.items() if rows}
    most = max([value for rows in lines.values() for _, value in rows] + [10.0]) * 1.1
    said = {"others_busy": "other processors busy", "waited": "our processor: waited for"}
    width, left = (720, 120) if size == "wide" else (358, 76)
    bars = 22 * len(shown)
    height = bars + (156 if lines else 50)
    peaks = ", ".join(f"{said[key]} up to {max(value for _, value in rows):.0f} %" for key, rows in lines.items())
    plot = Plot(f"timeline-{run}-{size}", width, height, f"{words.counted(len(starts), 'start')} in {words.duration(length)}"
                + (f"; {peaks}" if peaks else ""), f"Run {run}, from {starts[0]['start_utc'][:16].replace('T', ' ')} UTC", size)
    numbers = {e: i for i, e in enumerate(report["environments"])}
    label = f'set xlabel "{unit} since the first start" textcolor rgb "#020002" offset 0,0.6'
    plot.add("set multiplot", f"set xrange [0:{length / per:.6g}]", "set grid noytics", "unset ytics", f"set yrange [{len(shown) - 0.5}:-0.5]")
    plot.margins(left, 14, 4, height - bars - 4)
    for i, environment in enumerate(shown):
        name = words.printable(environment)
        room = (left - 8) // 7
        plot.label(name if len(name) <= room else name[:room - 1] + "…", f"screen {(left - 8) / width:.5f}, first {i}", "right",
                   f"textcolor {colour(numbers[environment])}")
    plot.add('set format x ""' if lines else label)
    block = plot.data([[(seconds(s["start_utc"]) - zero) / per, shown.index(s["environment"]),
                        (seconds(s["end_utc"]) - seconds(s["start_utc"])) / per, 65536 + numbers[s["environment"]] % 8 + 1] for s in starts])
    plot.add(f"plot {block} using 1:2:3:(0):4 with vectors nohead lw 9 lc rgb variable")
    if lines:
        plot.add("unset label", 'set format x "%g"', label, "set ytics autofreq", "set grid ytics", f"set yrange [0:{most:.4g}]",
                 'set ylabel "share of time, %" textcolor rgb "#020002" offset 0.5')
        plot.margins(left, 14, bars + 34, 48)
        drawn = []
        for i, (key, rows) in enumerate(lines.items()):
            look = 'rgb "#020002" dt 1' if key == "others_busy" else f"{colour(5)} dt 2"
            drawn.append(f"{plot.data(rows)} using 1:2 with lines lw 1.8 lc {look}")
            at = left + i * (175 if size == "wide" else 0)
            plot.label(("— " if key == "others_busy" else "-- ") + said[key],
                       f"screen {at / width:.5f}, screen {1 - (bars + 12 + (0 if size == 'wide' else i * 13)) / height:.5f}", "left",
                       f"textcolor {look.split(' dt')[0]}")
        plot.add("plot " + ", ".join(drawn))
    plot.add("unset multiplot")
    return plot
