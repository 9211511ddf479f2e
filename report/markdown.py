"""report.json -> report.md, for a pull request or the summary of a CI job: the answer and the table; the rest is folded."""
import re

from report import answer as answers
from report import study_layout, tables, words

MARKS = {"slower": "**slower**", "faster": "**faster**", "worse": "**worse**", "better": "**better**", "same": "same", "slight": "slight",
         "undecided": "?"}


def safe(text) -> str:
    """Text from a document, escaped: no HTML, no link, no end of a cell."""
    text = words.printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|~#!])", r"\\\1", text)


def table(head: list, rows: list) -> list:
    """Lines of a table, from cells that are already escaped."""
    return [f"| {' | '.join(cells)} |" for cells in ([*head], ["---"] * len(head), *rows)]


def folded(summary: str, lines: list) -> list:
    return ["<details>", f"<summary>{safe(summary)}</summary>", "", *lines, "", "</details>", ""]


def ratio(row, environment: str, full: bool) -> str:
    c = row.ratios.get(environment)
    if not c:
        return "-"
    ends = c.get("interval")
    verdict = f" {MARKS[words.verdict(c)]}" if words.verdict(c) else ""
    said = f" [{', '.join(words.times(end) for end in ends)}]" if ends else ""
    p = f", p {words.p_value(c['p_adjusted'])}" if full and c.get("p_adjusted") is not None else ""
    return words.times(c.get("ratio")) + said + p + verdict


def value(report: dict, row, environment: str, full: bool) -> str:
    group, per = row.cells.get(environment), row.scale(report["reference"])[1]
    ends = group.get("ci") if group and full else None
    said = f" [{', '.join(words.figure(end / per) for end in ends)}]" if ends else ""
    return tables.value(report, row, environment) + said


def metrics(report: dict, rows: list, full: bool) -> list:
    """Environments as columns; all medians, or only the reference's."""
    compared = [a for a, _ in answers.compared(report)]
    shown = report["environments"] if full else [report["reference"]] if report["reference"] else []
    head = ["experiment", "metric", *(safe(e) for e in shown), *(safe(f"{a} / {answers.base_of(report, a)}") for a in compared)]
    return table(head, [[safe(row.experiment), safe(tables.name(report, row)), *(value(report, row, e, full) for e in shown),
                         *(ratio(row, a, full) for a in compared)] for row in rows])


def by_environment(report: dict, rows: list) -> list:
    """For many environments: a row each."""
    head = ["experiment", "metric", "environment", "median", "ratio"]
    return table(head, [[safe(row.experiment), safe(tables.name(report, row)), safe(e), value(report, row, e, True), ratio(row, e, True)]
                        for row in rows for e in report["environments"]])


def summary(report: dict) -> list:
    return table(["environment", "performance", *words.SIGNS], [
        [safe(a), f"{words.times(mean['ratio'])} {words.around(mean['ratio'], mean.get('interval'))}" if mean else "-",
         *(str(tally.get(verdict, 0)) for verdict in words.SIGNS)] for a, _, mean, tally in tables.summary(report)])


def profile(report: dict) -> list:
    return table(["kind", "environment", "performance", "experiments"], [
        [safe(item["kind"]), safe(f"{item['a']} / {item['b']}"), words.times(item["performance"]), str(item["count"])]
        for item in report.get("profile", [])])


def audit(report: dict) -> list:
    found = report["audit"]
    lines = [f"- **problem**: {safe(f['name'])} ({safe(words.listed(f['where'], 5))})"
             + (f": {safe(f['detail'])}" if f.get("detail") else "") + f": {safe(f['why'])}" for f in found.get("faults", [])]
    lines += [f"- **left out**: {safe(p['file'])}: {safe(p['why'])}" for p in report.get("problems", [])]
    lines += [f"- **{f['class']}**: {safe(f['name'])}: {safe(words.grouped(f['values']))}: {safe(f['why'])}"
              f" (may affect: {safe(words.bearing(report, f))})" for f in found.get("facts", []) if f["class"] != "harmless"]
    harmless = [f["name"] for f in found.get("facts", []) if f["class"] == "harmless"]
    lines += [f"- harmless: {safe(', '.join(harmless))}"] if harmless else []
    lines += [f"- unavailable: {safe(u['environment'])} {safe(u['experiment'])}: {safe(u['why'])}" for u in report.get("unavailable", [])]
    return lines + [f"- {safe(note)}" for note in found.get("notes", [])]


def study(report: dict) -> list:
    found = study_layout.layout(report)
    if not found:
        return []
    lines = table(found["head"], [[safe(cell) for cell in row] for row in found["rows"]])
    if found["shape"]:
        lines += ["", safe(found["conclusion"]), "", *table(found["shape_head"], [[safe(cell) for cell in row] for row in found["shape"]])]
    return folded("In the study's own layout", lines)


def baseline(report: dict) -> list:
    """Each environment against the same one of the baseline."""
    view = tables.against_baseline(report)
    if not view:
        return []
    answer, many = report["baseline"]["answer"], len(answers.compared(view)) > words.MANY
    first = [row for row in tables.first(view) + tables.costs(view) if row.ratios]
    lines = [f"## {safe(answer['what'])}", "", *(f"- **{safe(line['environment'])}**: {safe(line['text'])}" for line in answer["lines"] if not many), ""]
    lines += [*(summary(view) if many else metrics(view, first, False)), "", safe(answer["differences"]), ""]
    lines += folded("What differs from the baseline", audit({**report, "audit": report["baseline"]["audit"], "problems": [], "unavailable": []}) or ["No recorded difference."])
    rows = first if many else [row for row in tables.rows(view) if row.ratios]
    return lines + folded("Every metric against the baseline", by_environment(view, rows) if many else metrics(view, rows, True))


def render(report: dict) -> str:
    """The report as Markdown."""
    answer, many = report["answer"], len(answers.compared(report)) > words.MANY
    lines = [f"# {safe(answer['title'])}", ""]
    lines += [safe(answer["warning"]), ""] if "warning" in answer else []
    lines += [safe(answer["what"]), ""]
    if not many:
        lines += [f"- **{safe(line['environment'])}**: {safe(line['text'])}" for line in answer["lines"]] + [""]
    lines += [*(summary(report) if many else metrics(report, tables.first(report) + tables.costs(report), False)), "",
              f"Ratios to {safe(report['reference'])} with 95 % intervals; of times and memory taken less is better; ? means undecided, not equal.",
              "", safe(answer["differences"]), "", *baseline(report)]
    if report.get("profile") and not many:
        lines += folded("Cost by kind of work", profile(report))
    lines += folded("What differs besides the virtualization", audit(report) or ["No recorded difference."])
    lines += study(report)
    rows = [row for row in (tables.first(report) + tables.costs(report) if many else tables.rows(report)) if row.metric]
    lines += folded("Every metric, with intervals", by_environment(report, rows) if many else metrics(report, rows, True))
    head, times = tables.startup(report)
    if times:
        lines += folded("From start to gone", ["Medians in milliseconds since the command that starts an environment; the last two since the "
                                               "last experiment was measured.", "", *table(head, [[safe(c) for c in row] for row in times])])
    disk = tables.on_disk(report)
    if disk:
        lines += folded("On a disk, to start", ["MiB of the files that have to be there; programs with their libraries. They do not vary and are not "
                                                "tested.", "", *table(["environment", "MiB", "of which"], [[safe(c) for c in row] for row in disk])])
    return "\n".join(lines).rstrip() + "\n"
