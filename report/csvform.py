"""Rows -> report.csv: a line for each value of each start, with its run, host and time, so that files can be joined."""
import csv
import io

from report.common import at

COLUMNS = ("run", "host", "time", "environment", "iteration", "sequence", "experiment", "metric", "unit", "better", "value")
RISKY = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell):
    """Turns into text what a spreadsheet would compute."""
    return "'" + cell if isinstance(cell, str) and cell.startswith(RISKY) else cell


def render(documents: list, rows: list) -> str:
    starts = {(d["label"], d["iteration"]): (d["run"], at(d, "host", "machine_id", "hostname") or at(d, "host", "cpu_model") or "",
                                             at(d, "host", "start_utc") or "") for d in documents}
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(map(harmless, (*starts[row["environment"], row["iteration"]], *(row[name] for name in COLUMNS[3:]))))
    return text.getvalue()
