"""Thresholds for each machine of a fleet: "fleet.cpu-2000 >= 0.95", for its primary metric's ratio to the median
of the others of its model, or "fleet.cpu-2000 events per CPU second >= 0.95"."""
from report import gate
from report.common import distinct
from report.fleet import LEAST

PREFIX = "fleet."


class Machines:
    """The ratios of the machines."""

    def __init__(self, fleet: dict):
        self.machines = fleet["machines"]
        self.sizes = {model["name"]: len(model["machines"]) for model in fleet["models"]}
        self.experiments = list(fleet["experiments"])
        self.metrics = distinct(name for machine in self.machines for row in machine["rows"] for name in gate.Measured.names(row))

    def unknown(self, threshold: dict):
        """What is wrong with a threshold that matches nothing measured, or None."""
        what = threshold["what"]
        if what.startswith(PREFIX) and what.removeprefix(PREFIX) in self.experiments + self.metrics:
            return None
        return (f"line {threshold['line']}: {what} is not measured; valid names: "
                f"{', '.join(PREFIX + name for name in self.experiments[:20])}")

    def judge(self, threshold: dict) -> list:
        """[(threshold, outcome, line)] for each machine."""
        name = threshold["what"].removeprefix(PREFIX)
        found = []
        for machine in self.machines:
            what = f"{threshold['what']} of {machine['name']}"
            row = next((row for row in machine["rows"] if name in gate.Measured.names(row)), None)
            if row and row.get("ratio"):
                ends = row.get("interval") or [row["ratio"]] * 2
                result = gate.compare(what, threshold, row["ratio"], *ends)
            elif self.sizes[machine["model"]] < LEAST:
                result = "undecided", f"{what} is unknown: {LEAST} machines of its model are needed"
            else:
                result = "missed", f"{what} was not measured"
            found.append((threshold | {"what": what}, *result))
        return found


def hold(path: str, fleet: dict, strict: bool) -> tuple:
    """(lines to print, gate.xml, Failure or None)"""
    machines = Machines(fleet)
    judged = [one for threshold in gate.check(path, machines) for one in machines.judge(threshold)]
    return gate.conclude(path, "the fleet", judged, strict)
