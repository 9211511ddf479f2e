"""Rows -> the findings of out/bin/stats."""
import json
import subprocess

from report.common import FAILED, MISSING, Failure


def findings(program: str, data: dict) -> dict:
    try:
        done = subprocess.run([program], input=json.dumps(data, separators=(",", ":")).encode(), stdout=subprocess.PIPE)
    except OSError:
        raise Failure(MISSING, f"{program} is not there, or does not run; run: make report") from None
    if done.returncode != 0:
        raise Failure(FAILED, "the statistics failed; see above")
    return json.loads(done.stdout)
