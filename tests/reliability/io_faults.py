#!/usr/bin/env python3
"""Makes each call on files of basso's verbs that write fail in turn, and looks at what is left.

A small experiment is run, resumed, looked at by further probes and drawn with io_faults.c preloaded, once for each call
and each kind of fault:

    EIO      the call fails; and again, with all later ones: a disk that dies
    ENOSPC   a call that takes room fails; and with all later ones: a full disk stays full
    EMFILE   a call that opens fails; and with all later ones
    SHORT    a write takes half of its bytes only; and so do all

It must end with one error that names the run directory as the user does, or do without the call; never crash or hang.
Behind it manifest.json parses and says what happened (or is the old one, where it cannot be written), numpy reads every
series, what recorded.npy counts has the bytes of the undisturbed run, and nothing half-written lies about. The same
command, or basso resume, then gives the bytes of the undisturbed run, and basso verify finds it sound.

After that the run directory is removed while runs go on, and runs meet file systems that are too small, where a tmpfs can
be mounted. Exits with 1 where anything does not hold; --every 50 tries each fiftieth fault.

    tests/reliability/io_faults.py --basso build/bin/basso --library build/lib/libio_faults.so
"""
import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import numpy

from runs import Reference, fail
from workplace import EXPERIMENT, Outcome, Workplace

KINDS = [(error, lasts) for error in ("EIO", "ENOSPC", "EMFILE", "SHORT") for lasts in (False, True)]
READS = ("read", "list", "open")  # what cannot be read of a run that there was is data: exit code 4


class Scenario:
    """One command in `w` and what must hold behind it."""
    command, prepared, below = [], None, "w"

    def __init__(self, work):
        self.work = work

    def prepare(self):
        self.work.fresh(self.prepared)

    def attempt(self, fault, number, lasts):
        self.prepare()
        outcome = self.work.run(self.command, fault, number, lasts, self.below)
        self.check(outcome)
        return outcome

    def check(self, outcome):
        self.check_code(outcome)
        self.check_left(outcome)
        tidies = any(call in ("remove", *READS) for call, _ in outcome.failed)
        if self.work.leftovers() and not tidies and not self.announced():
            fail(f"left behind: {self.work.leftovers()}")
        self.go_on(outcome)
        if self.work.leftovers():
            fail(f"still left behind: {self.work.leftovers()}")
        self.check_whole()
        self.work.verify()

    def announced(self):
        """Whether the manifest says that files are yet to get their names."""
        return (self.work.place / "w/r").exists() and "pending" in self.work.manifest()

    def check_code(self, outcome):
        if outcome.code == 0:
            return
        reads = self.prepared and any(call in READS for call, _ in outcome.failed)
        if outcome.code != 1 and not (outcome.code == 4 and reads):
            fail(f"exit code {outcome.code}: {outcome.error}")
        outcome.one_error()
        reading = any(call in READS for call, _ in outcome.failed)  # may be of what is half written
        if "w/" not in outcome.error or (re.search(r"\.part\d*\b", outcome.error) and not reading):
            fail(f"the error does not name a file that the user knows: {outcome.error}")

    def check_whole(self):
        self.work.reference.check_whole(self.work.place / "w/r")


class Run(Scenario):
    """basso run: a directory that appears is sound; without one nothing was begun."""
    command = ["run", "e.toml", "--out", "w/r", "--no-figures"]

    def check_left(self, outcome):
        if not (self.work.place / "w/r").exists():
            if outcome.code == 0:
                fail("no run directory, and no error")
            return
        manifest = self.work.manifest()
        self.work.reference.check_partial(self.work.place / "w/r")
        if manifest["state"] != self.expected_state(outcome) and not self.spoils_manifest(outcome):
            fail(f"exit code {outcome.code}, but the manifest says {manifest['state']}")
        if manifest["state"] == "failed" and not manifest["failures"]:
            fail("the manifest does not say what failed")

    @staticmethod
    def expected_state(outcome):
        return "finished" if outcome.code == 0 else "failed"

    def spoils_manifest(self, outcome):
        """Of its own writing, or with all that must be read for it."""
        return outcome.lasts or any("manifest.json" in path for _, path in outcome.failed)

    def go_on(self, outcome):
        command = ["resume", "w/r"] if (self.work.place / "w/r").exists() else self.command
        self.work.check_done(self.work.run([*command, *([] if "--no-figures" in command else ["--no-figures"])]))


class Resume(Run):
    """basso resume of a run that a full disk ended."""
    command, prepared = ["resume", "w/r", "--no-figures"], "stopped"

    def __init__(self, work):
        super().__init__(work)
        work.fresh()
        calls = len(work.run(Run.command, "ENOSPC").calls)
        work.fresh()
        work.run(Run.command, "ENOSPC", calls * 3 // 4)
        (work.place / "w/r").rename(work.place / "stopped")
        if not list((work.place / "stopped/checkpoints").iterdir()):
            fail("no checkpoint to resume from")


class Probe(Scenario):
    """basso probe: the run's own series stay what they are."""
    command, prepared = ["probe", "w/r", "--probes", "p.toml"], "whole"

    def __init__(self, work):
        super().__init__(work)
        work.fresh("whole")
        work.check_done(work.run(self.command))
        self.after = Reference(work.place / "w/r")

    def check_left(self, outcome):
        self.work.manifest()
        folder = self.work.place / "w/r"
        for name, content in self.work.reference.series.items():
            if (folder / "series" / name).read_bytes() != content:
                fail(f"series/{name} changed")
        for series in json.loads((folder / "series.json").read_text())["series"]:
            numpy.load(folder / series["file"])

    def go_on(self, outcome):
        """Series with a failed job are there: they are made again once their files are deleted."""
        again = self.work.run(self.command)
        if "there is a series" in again.error:
            for name in set(self.after.series) - set(self.work.reference.series):
                (self.work.place / "w/r/series" / name).unlink()
            again = self.work.run(self.command)
        self.work.check_done(again)

    def check_whole(self):
        self.after.check_whole(self.work.place / "w/r")


class Plot(Scenario):
    """basso plot: a figure is whole or not there."""
    command, prepared = ["plot", "w/r"], "whole"

    def __init__(self, work):
        super().__init__(work)
        work.fresh("whole")
        work.check_done(work.run(self.command))
        self.figures = self.read()

    def read(self):
        return {file.name: file.read_bytes() for file in (self.work.place / "w/r/figures").glob("*")}

    def check_left(self, outcome):
        for name, content in self.read().items():
            if not re.search(r"\.part\d*$", name) and content != self.figures[name]:
                fail(f"figures/{name} is not whole")

    def go_on(self, outcome):
        self.work.check_done(self.work.run(self.command))

    def check_whole(self):
        if self.read() != self.figures:
            fail("other figures")


class FullDisk(Run):
    """basso run on a file system of a few KiB, which then grows."""

    def attempt_with(self, kibibytes):
        self.prepare()
        place = str(self.work.place / "w")
        mount("-t", "tmpfs", "-o", f"size={kibibytes}k", "none", place)
        try:
            (self.work.place / "w/tmp").mkdir()
            outcome = self.work.run(self.command)
            self.check_code(outcome)
            self.check_left(outcome)
            mount("-o", "remount,size=16m", place)
            self.go_on(outcome)
            self.check_whole()
            self.work.verify()
        finally:
            subprocess.run(["umount", place], check=True)
        return outcome

    def spoils_manifest(self, outcome):
        return True  # there may be no room for it


def mount(*words):
    done = subprocess.run(["mount", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise PermissionError(done.stderr.strip())


def try_full_disks(work, sizes):
    """Returns the sizes with a problem."""
    scenario, problems, ended = FullDisk(work), [], collections.Counter()
    for size in sizes:
        try:
            ended[scenario.attempt_with(size).code] += 1
        except SystemExit as problem:
            problems.append(f"{size} KiB")
            print(f"a file system of {size} KiB: {problem}", flush=True)
        except (PermissionError, FileNotFoundError) as refusal:
            print(f"full file systems: skipped, as a tmpfs cannot be mounted here: {refusal}")
            return problems
    print(f"{ended[1]} runs on file systems that were too small, {ended[0]} on ones that sufficed")
    return problems


def try_full_disks_of_figures(work, sizes):
    """basso plot and the end of basso run, onto a file system of a few KiB: both name the same reason. Returns the sizes with
    a problem."""
    place, problems = work.place / "w", []
    for size in sizes:
        work.fresh("whole")
        figures = place / "r/figures"
        figures.mkdir(exist_ok=True)
        try:
            mount("-t", "tmpfs", "-o", f"size={size}k", "none", str(figures))
        except (PermissionError, FileNotFoundError) as refusal:
            print(f"figures on full file systems: skipped, as a tmpfs cannot be mounted here: {refusal}")
            return problems
        try:
            for command in (["plot", "w/r"], ["resume", "w/r"]):
                outcome = work.run(command)
                if outcome.code != 1 or "No space left on device" not in outcome.error:
                    problems.append(f"{size} KiB for figures")
                    print(f"{' '.join(command)} with {size} KiB for figures: exit code {outcome.code}: {outcome.error}")
        finally:
            subprocess.run(["umount", str(figures)], check=True)
    return problems


def try_removals(work, times):
    """The run directory is removed while a run goes on."""
    problems = []
    (work.place / "long.toml").write_text(EXPERIMENT.format(steps=10**9, every=10**7, seconds=0.02))
    for number in range(times):
        work.fresh()
        run = work.place / "w/r"
        process = subprocess.Popen([work.basso, "run", "long.toml", "--out", "w/r", "--quiet"], cwd=work.place,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        while not run.exists() and process.poll() is None:
            time.sleep(0.002)
        time.sleep(0.015 * number)
        while run.exists():
            shutil.rmtree(run, ignore_errors=True)
        try:
            error = process.communicate(timeout=60)[1]
            told = Outcome(process.returncode, "", error, work.place / "none").one_error()
            if process.returncode != 1 or "w/r" not in told or "gone" not in told:
                fail(f"exit code {process.returncode}: {told}")
            if run.exists():
                fail("the run directory came back")
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            problems.append(number)
            print(f"removal {number}: the run goes on", flush=True)
        except SystemExit as problem:
            problems.append(number)
            print(f"removal {number}: {problem}", flush=True)
    print(f"{times} run directories removed under runs")
    return problems


def try_all(work, scenarios, every):
    faults, problems = [], []
    for scenario in scenarios:
        for error, lasts in KINDS:
            scenario.prepare()
            count = len(work.run(scenario.command, error, below=scenario.below).calls)
            numbers = [1] if error == "SHORT" and lasts else range(1, count + 1)
            faults += [(scenario, error, number, lasts) for number in numbers]
    chosen = faults[every - 1::every]
    seen, harmless = collections.Counter(), collections.Counter()
    for scenario, error, number, lasts in chosen:
        name = f"{type(scenario).__name__.lower()}, {error} {'from' if lasts else 'at'} call {number}"
        try:
            outcome = scenario.attempt(error, number, lasts)
        except SystemExit as problem:
            problems.append(name)
            print(f"{name}: {problem}", flush=True)
            continue
        seen[type(scenario).__name__.lower(), error, lasts] += 1
        if outcome.code == 0 and error != "SHORT":
            call, path = outcome.failed[0]
            path = re.sub(r"\d+", "N", str(pathlib.Path(path).relative_to(work.place)))
            harmless[f"{type(scenario).__name__.lower()}: {call} {path}"] += 1
    for (scenario, error, lasts), count in sorted(seen.items()):
        print(f"{scenario}: {count} {error}{', lasting' if lasts else ''}")
    print(f"{len(chosen)} of {len(faults)} faults, {sum(harmless.values())} of them harmless, "
          f"{len(problems)} problems")
    for call, count in sorted(harmless.items()):
        print(f"  harmless: {call} ({count})")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--basso", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", help="a scenario: run, resume, probe, plot")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # nothing stays mounted
    shared = pathlib.Path("/dev/shm")  # in memory: syncs take no time
    folder = tempfile.mkdtemp(prefix="basso-faults-", dir=shared if os.access(shared, os.W_OK) else None)
    place = pathlib.Path(folder).resolve()
    try:
        basso, library = (str(pathlib.Path(file).resolve()) for file in (arguments.basso, arguments.library))
        work = Workplace(place, basso, library)
        scenarios = [kind(work) for kind in (Run, Resume, Probe, Plot)
                     if arguments.only in (None, kind.__name__.lower())]
        problems = try_all(work, scenarios, arguments.every)
        if arguments.only is None:
            problems += try_removals(work, max(2, 40 // arguments.every))
            problems += try_full_disks(work, range(12, 240, 4 if arguments.every == 1 else 28))
            problems += try_full_disks_of_figures(work, (4, 16))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
