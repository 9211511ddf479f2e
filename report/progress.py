"""The result so far of a run that is still in progress, in a few lines."""
from report import words
from report.columns import wrapped
from report.common import distinct
from report.result import input_of
from report.statistics import findings

FEW = 4  # most experiments that a line names


def of_pair(rows: list) -> str:
    """ "cpu-2000 1.00 same, fileio-sync 1.18 ?", or with many experiments how many have each verdict."""
    signs = [words.SIGNS[row.get("verdict") or "undecided"] for row in rows]
    if len(rows) <= FEW:
        return ", ".join(f"{row['experiment']} {words.times(row.get('ratio'))} {sign}" for row, sign in zip(rows, signs))
    return ", ".join(f"{signs.count(sign)} {sign}" for sign in words.SIGNS.values() if sign in signs)


def progress(documents: list, iteration: int, stats: str, margin: float, paired: bool) -> tuple:
    """Lines for a terminal, and the number of undecided primary rows, from the starts up to an iteration."""
    documents = [document for document in documents if document["iteration"] <= iteration]
    found = findings(stats, input_of(documents, margin, paired) | {"histograms": []})
    primary = [row for row in found["comparisons"] if row["family"] == "primary"]
    undecided = sum(row.get("verdict") in (None, "undecided") for row in primary)
    lines = [f"  after {words.counted(iteration, 'iteration')}: {len(primary) - undecided} of {words.counted(len(primary), 'primary row')} decided"]
    for a, b in distinct((row["a"], row["b"]) for row in primary):
        lines += wrapped(of_pair([row for row in primary if (row["a"], row["b"]) == (a, b)]), f"  {words.printable(a)}/{words.printable(b)}: ", "    ")
    return lines, undecided
