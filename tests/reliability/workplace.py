"""Where io_faults.py runs basso, with a fault or without, and looks at what is left."""
import json
import os
import re
import shutil
import subprocess

from runs import Reference, fail

EXPERIMENT = """
[experiment]
name = "faults"
repeats = 2
[target]
plugin = "sinusoids"
frequencies = [1.0, 3.0]
samples = 24
[network]
widths = [6]
[train]
steps = {steps}
batch = 20
[record]
every = {every}
[checkpoint]
seconds = {seconds}
[snapshot]
every = {every}
[[probe]]
name = "loss"
plugin = "loss"
[[probe]]
name = "stages"
plugin = "stage-ratios"
[[figure]]
name = "loss"
kind = "lines"
series = ["loss.train"]
"""
PROBES = """
[[probe]]
name = "spectrum"
plugin = "spectrum"
"""


class Outcome:
    """How a command ended, with the calls that count and those that failed."""

    def __init__(self, code, out, error, log, lasts=False):
        self.code, self.out, self.error, self.lasts = code, out, error, lasts
        lines = log.read_text().splitlines() if log.exists() else []
        self.calls = [line.removeprefix("! ").split(" ", 1) for line in lines]
        self.failed = [call for call, line in zip(self.calls, lines) if line.startswith("! ")]

    def one_error(self):
        told = [line for line in self.error.splitlines() if not line.startswith(("basso: note: ", "  "))]
        if len(told) != 1 or not told[0].startswith("basso: "):
            fail(f"expected one error, got exit code {self.code} and:\n{self.error}")
        return told[0]


class Workplace:
    """A folder with the experiment, the undisturbed run `whole`, and `w`, whose files the faults befall."""

    def __init__(self, place, basso, library):
        self.place, self.basso, self.library = place, basso, library
        (place / "e.toml").write_text(EXPERIMENT.format(steps=6, every=3, seconds=1e-9))
        (place / "p.toml").write_text(PROBES)
        self.fresh()
        self.check_done(self.run(["run", "e.toml", "--out", "whole", "--no-figures"]))
        self.reference = Reference(place / "whole")

    def fresh(self, run=None):
        """An empty `w`, or with a copy of this run as w/r."""
        shutil.rmtree(self.place / "w", ignore_errors=True)
        (self.place / "w" / "tmp").mkdir(parents=True)
        if run:
            shutil.copytree(self.place / run, self.place / "w/r")

    def run(self, command, fault=None, number=0, lasts=False, below="w", timeout=60):
        log = self.place / "log"
        log.unlink(missing_ok=True)
        environment = dict(os.environ, TMPDIR=str(self.place / "w/tmp"), HOME=str(self.place))
        if fault:
            environment |= {"LD_PRELOAD": self.library, "BASSO_FAULT_BELOW": str(self.place / below),
                            "BASSO_FAULT_AS": fault, "BASSO_FAULT_AT": str(number), "BASSO_FAULT_LOG": str(log)}
            if lasts:
                environment["BASSO_FAULT_LASTS"] = "1"
        quiet = ["--quiet", "--threads", "1"] if command[0] in ("run", "resume") else []
        try:
            done = subprocess.run([self.basso, *command, *quiet], cwd=self.place, env=environment, text=True,
                                  capture_output=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            fail(f"basso {' '.join(command)} hangs")
        return Outcome(done.returncode, done.stdout, done.stderr, log, lasts)

    @staticmethod
    def check_done(outcome):
        if outcome.code != 0:
            fail(f"exit code {outcome.code}: {outcome.error}")

    def verify(self):
        outcome = self.run(["verify", "w/r"])
        if outcome.code != 0:
            fail(f"basso verify: {outcome.out}{outcome.error}")

    def manifest(self):
        return json.loads((self.place / "w/r/manifest.json").read_text())

    def leftovers(self):
        """What is half written; an empty folder, that cannot be removed either, is not."""
        return sorted(str(path.relative_to(self.place)) for path in (self.place / "w").rglob("*")
                      if re.search(r"\.part\d*$", path.name) and not (path.is_dir() and not any(path.iterdir())))
