"""usage: python3 -m report.bench.documents RUN TARGET STARTS [ENVIRONMENT]: a run with so many starts of each environment (or of one
alone), made from the documents of a measured run: each start is a copy of a measured one, with its values changed a little."""
import json
import random
import sys
from pathlib import Path

from report.documents import join

MOVED = ("events_per_s", "per_s", "mib_per_s", "per_cpu_s", "value")


def moved(value, factor: float):
    if isinstance(value, list):
        return [moved(item, factor) for item in value]
    if isinstance(value, dict):
        return {key: item * factor if key in MOVED and isinstance(item, (int, float)) else moved(item, factor) for key, item in value.items()}
    return value


def main(run: str, target: str, starts: str, *environments: str):
    documents, _ = join([Path(run).resolve()], [])
    known: dict = {}
    for document in documents:
        if not environments or document["environment"] in environments:
            known.setdefault(document["environment"], []).append(document)
    chance = random.Random(target)
    Path(target).mkdir(parents=True)
    for environment, own in known.items():
        for start in range(int(starts)):
            document = own[start % len(own)]
            content = {key: value for key, value in document.items() if key not in ("file", "run", "label", "sequence")}
            content |= {"iteration": start + 1, "host": document.get("host", {}) | {"sequence": start + 1},
                        "experiments": [moved(experiment, chance.lognormvariate(0, 0.02)) for experiment in document["experiments"]]}
            name = "".join(c if c.isalnum() else "-" for c in environment)
            Path(target, f"{name}-{start + 1}.json").write_text(json.dumps(content))


if __name__ == "__main__":
    main(*sys.argv[1:])
