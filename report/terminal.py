"""report.json -> the answer on a terminal of 80 columns, and the audit."""
from report import answer as answers
from report import tables, words
from report.columns import COLUMNS, aligned, cut, padded, width, wrapped
from report.common import COMMAND

COLOURS = {"slower": "\033[31m", "worse": "\033[31m", "faster": "\033[32m", "better": "\033[32m", "?": "\033[33m", "slight": "\033[36m"}
BOLD, PLAIN = "\033[1m", "\033[0m"


def what_lines(text: str) -> list:
    """Breaks the line between its parts where necessary."""
    lines = [""]
    for part in words.printable(text).split(" · "):
        joined = f"{lines[-1]} · {part}" if lines[-1] else part
        if width(joined) <= COLUMNS or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(part)
    return [line for each in lines for line in (wrapped(each) if width(each) > COLUMNS else [each])]


def answer_lines(answer: dict) -> list:
    room = min(max((width(words.printable(line["environment"])) for line in answer["lines"]), default=0), 24)
    return [text for line in answer["lines"]
            for text in wrapped(line["text"], padded(cut(line["environment"], room), room) + "  ", " " * (room + 2))]


def ratio_cells(report: dict, row: tables.Row, environment: str) -> list:
    c = row.ratios.get(environment)
    if not c or c.get("ratio") is None:
        return [tables.value(report, row, environment), "", words.SIGNS["undecided"] if c else ""]
    return [words.times(c["ratio"]), words.around(c["ratio"], c.get("interval")), words.SAID.get(words.verdict(c), "")]


def table(report: dict, environments: list, rows: list) -> list:
    """The rows, with the reference's medians and some environments' ratios."""
    reference = report["reference"]
    own = 2 if reference is None else 3  # columns before the first environment's
    head = ["experiment", "metric", words.printable(reference)][:own]
    for environment in environments:
        head += [cut(environment, 16), "", ""]
    body = []
    for row in rows:
        cells = [words.printable(row.experiment), tables.name(report, row), tables.value(report, row, reference)][:own]
        if row.family == "cpu":
            cells[:2] = "", "per CPU s"
        for environment in environments:
            cells += ratio_cells(report, row, environment)
        body.append(cells)
    # An environment's name is above its three columns.
    for i, _ in enumerate(environments):
        name, start = head[own + 3 * i], own + 3 * i
        ratio = max((width(cells[start]) for cells in body), default=0)
        head[start], head[start + 1] = (name, "") if width(name) <= ratio else ("", name)
    columns = ({2} | {own + 3 * i for i in range(len(environments))}, {1: 14, 0: 14, 2: 9}, {i for i in range(own, len(head)) if (i - own) % 3})
    if rows and all(row.family == "cost" for row in rows):  # their metrics' names suffice
        head, body = ["by itself", *head[2:]], [cells[1:] for cells in body]
        columns = ({i - 1 for i in columns[0]}, {0: 14, 1: 9}, {i - 1 for i in columns[2]})
    return aligned(head, body, *columns)


def ratio_tables(report: dict, rows: list) -> list:
    """At most three environments in a table, and fewer where they do not fit."""
    left, lines = [a for a, _ in answers.compared(report)], []
    while True:
        for count in (3, 2, 1):
            some = table(report, left[:count], rows)
            if all(width(line) <= COLUMNS for line in some):
                break
        lines += some
        left = left[count:]
        if not left:
            return lines
        lines.append("")


def summary_table(report: dict) -> list:
    """For many environments: a line each, worst first."""
    head = ["environment", "performance", "", "slower", "faster", "same", "slight", "?"]
    body = [[a, words.times(mean["ratio"]) if mean else "-", words.around(mean["ratio"], mean.get("interval")) if mean else ""]
            + [str(tally.get(verdict, 0)) for verdict in words.SIGNS] for a, _, mean, tally in tables.summary(report)]
    return aligned(head, [[words.printable(cell) for cell in row] for row in body], set(range(1, 8)) - {2}, {0: 20}, {2})


def baseline(report: dict) -> list:
    """Each environment against the same one of the baseline."""
    view = tables.against_baseline(report)
    if not view:
        return []
    answer, rows = report["baseline"]["answer"], [row for row in tables.first(view) + tables.costs(view) if row.ratios]
    many = len(answers.compared(view)) > words.MANY
    return ["", *wrapped(f"{answer['what']}:"), "", *([] if many else [*answer_lines(answer), ""]),
            *(summary_table(view) if many else ratio_tables(view, rows)), "", *wrapped(answer["differences"])]


def coloured(line: str) -> str:
    return " ".join(COLOURS[word] + word + PLAIN if word in COLOURS else word for word in line.split(" "))


def render(report: dict, colour: bool = False) -> str:
    """What a person reads first."""
    answer, many = report["answer"], len(answers.compared(report)) > words.MANY
    lines = wrapped(answer["warning"]) if "warning" in answer else []
    lines += what_lines(answer["what"]) + [""]
    lines += wrapped(answer["title"]) if many or not answer["lines"] else answer_lines(answer)
    body = summary_table(report) if many else ratio_tables(report, tables.first(report))
    by_itself = [row for row in tables.costs(report) if row.ratios and not many]
    if by_itself:
        body += ["", *ratio_tables(report, by_itself)]
    body += baseline(report)
    if colour:
        body = [BOLD + line + PLAIN if line.startswith(("experiment", "environment", "by itself")) else coloured(line) for line in body]
    lines += [""] + body + [""]
    reference = words.printable(report["reference"])
    said = f"Ratios to {reference} with 95 % intervals; ?: undecided."
    taken = any(row.unit == "MiB" and row.better == "less" for row in by_itself)
    if not many and any(row.better == "less" for row in tables.first(report) + by_itself):
        said += f" Of times (ns, us, ms, s){' and memory taken' if taken else ''} less is better: above 1 is {'worse' if taken else 'slower'}."
    if many:
        said = f"Performance relative to {reference}, geometric mean of the primary metrics, and their verdicts."
    lines += wrapped(said)
    disk = [f"{environment} {size}" for environment, size, _ in tables.on_disk(report)]
    if disk and not many:
        lines += wrapped(f"On a disk, to start, MiB: {', '.join(disk)}.")
    lines += wrapped(answer["differences"])
    run = f"RUN={'+'.join(report['runs'])}"
    lines += wrapped(f"All differences: {COMMAND} audit {run if len(run) <= 40 else 'with the same RUNS'}; everything else: report.html")
    return "\n".join(lines) + "\n"


def facts(report: dict, found: list) -> list:
    lines = []
    for fact in sorted(found, key=lambda f: ("confound", "intended", "harmless").index(f["class"])):
        affects = "" if fact["class"] == "harmless" else f" (may affect: {words.bearing(report, fact)})"
        lines += wrapped(f"{fact['class']}: {fact['name']}{affects}", "", "    ")
        lines += wrapped(words.grouped(fact["values"]), "    ", "    ") + wrapped(fact["why"], "    ", "    ")
    return lines


def audit(report: dict) -> str:
    """All differences and all problems."""
    found = report["audit"]
    lines = facts(report, found.get("facts", []))
    for fault in found.get("faults", []):
        detail = f": {fault['detail']}" if fault.get("detail") else ""
        lines += wrapped(f"fault: {fault['name']} ({words.listed(fault['where'], 5)}){detail}: {fault['why']}", "", "    ")
    for item in report.get("unavailable", []):
        lines += wrapped(f"unavailable: {item['environment']} n={item['n']} {item['experiment']}: {item['why']}", "", "    ")
    for problem in report.get("problems", []):
        lines += wrapped(f"left out: {problem['file']}: {problem['why']}", "", "    ")
    lines += [line for note in found.get("notes", []) for line in wrapped(f"note: {note}", "", "    ")]
    if found.get("same"):
        lines += wrapped(f"the same everywhere: {', '.join(map(str, found['same']))}", "", "    ")
    then = report.get("baseline")
    if then:
        lines += ["", *wrapped(f"{then['answer']['what']}:"), *facts(report, then["audit"]["facts"])]
        lines += [line for note in then["notes"] for line in wrapped(f"note: {note}", "", "    ")]
        lines += wrapped(f"the same then: {', '.join(map(str, then['audit']['same']))}", "", "    ")
    return "\n".join(lines) + "\n"
