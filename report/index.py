"""The index of the documents of all runs below OUT/results: OUT/results/history.db. The documents are the truth: a run whose files
changed is read again, one that is gone is removed, and without the file everything is made again."""
import hashlib
import json
import os
import re
import sqlite3
from pathlib import Path

from report import documents as files
from report import result
from report.common import MISSING, USAGE, Failure, at

VERSION = 1
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
TABLES = """
CREATE TABLE run (name TEXT PRIMARY KEY, state TEXT NOT NULL, why TEXT, suite TEXT, start_utc TEXT, facts TEXT);
CREATE TABLE value (run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, environment TEXT NOT NULL, experiment TEXT NOT NULL, metric TEXT NOT NULL,
    unit TEXT NOT NULL, better TEXT NOT NULL, family TEXT NOT NULL, iteration REAL NOT NULL, sequence REAL NOT NULL, value REAL NOT NULL);
CREATE INDEX value_of_run ON value (run);
CREATE TABLE change (suite TEXT, machine TEXT, environment TEXT, experiment TEXT, metric TEXT, run TEXT, p REAL, ratio REAL, low REAL, high REAL);
"""
COLUMNS = ("environment", "experiment", "metric", "unit", "better", "family", "iteration", "sequence", "value")


def fresh(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=60, isolation_level=None)
    database.execute("PRAGMA foreign_keys = ON")
    if database.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        if database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            database.close()
            raise sqlite3.DatabaseError("of another version")
        database.executescript(f"BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {VERSION}; COMMIT")
    return database


def opened(path: Path) -> sqlite3.Connection:
    """Opens the index; one of another version is made again."""
    try:
        return fresh(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        path.unlink()
        return fresh(path)


def state(directory: Path) -> str:
    """Identifies all documents of a run: it differs whenever a file has changed; empty if there are none."""
    found = []
    try:
        for entry in sorted(os.scandir(directory), key=lambda entry: os.fsencode(entry.name)):
            if files.NAME.fullmatch(entry.name):
                status = entry.stat(follow_symlinks=False)
                found.append(f"{os.fsencode(entry.name)!r} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}")
    except FileNotFoundError:
        return ""
    return hashlib.sha256("\n".join(found).encode()).hexdigest() if found else ""


def facts(documents: list) -> dict:
    """What may explain a change: the machine and what ran on it."""
    machine, identity = result.machine(documents), documents[0]["identity"]
    known = {"processor": machine.get("cpu"), "processors": machine.get("cpus"), "memory": machine.get("memory_bytes"), "machine": machine.get("hostname"),
             "host kernel": machine.get("host_kernel"), "accelerator": machine.get("accelerator"), "scratch": machine.get("scratch_filesystem"),
             "build": identity.get("rootfs"), "programs": identity.get("programs")} | {f"{name} version": v for name, v in machine["versions"].items()}
    return {name: value for name, value in known.items() if value is not None}


def read(database: sqlite3.Connection, directory: Path, now: str):
    """Puts a run into the index, or the reason why it cannot be used."""
    database.execute("DELETE FROM run WHERE name = ?", [directory.name])
    try:
        documents, _ = files.join([directory], [])
    except (Failure, FileNotFoundError) as error:
        database.execute("INSERT INTO run (name, state, why) VALUES (?, ?, ?)", [directory.name, now, str(error)])
        return
    starts = [d["host"]["start_utc"] for d in documents if at(d, "host", "start_utc")]
    database.execute("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?)", [directory.name, now, None if starts else "no document has its time",
                                                                   documents[0]["suite"], min(starts, default=None), json.dumps(facts(documents))])
    database.executemany(f"INSERT INTO value VALUES ({', '.join('?' * (len(COLUMNS) + 1))})",
                         ([directory.name, *(float(row[name]) if name in ("iteration", "sequence", "value") else row[name] for name in COLUMNS)]
                          for row in result.rows_of_all(documents)))


def update(database: sqlite3.Connection, results: Path):
    known = dict(database.execute("SELECT name, state FROM run"))
    there = {}
    for entry in sorted(results.iterdir()):
        if NAME.fullmatch(entry.name) and entry.is_dir() and not entry.is_symlink():
            there[entry.name] = state(entry)
    for name in known.keys() - {name for name, now in there.items() if now}:
        database.execute("DELETE FROM run WHERE name = ?", [name])
    for name, now in there.items():
        if now and known.get(name) != now:
            read(database, results / name, now)


def index(out: str, use):
    """Updates the index, and passes it to `use`: afterwards all of that is stored, or nothing."""
    results = Path(out) / "results"
    if not results.is_dir():
        raise Failure(USAGE, f"no results in {results}; run make compare")
    try:
        database = opened(results / "history.db")
        try:
            database.execute("BEGIN IMMEDIATE")
            update(database, results)
            found = use(database)
            database.execute("COMMIT")
            return found
        finally:
            database.close()
    except (sqlite3.Error, OSError) as error:
        raise Failure(MISSING, f"cannot write the index {results}/history.db: {error}; is the disk full? The file may be deleted; it is made again") from None
