#!/usr/bin/env python3
"""Kills a small experiment with SIGKILL at random moments, resumes it, and compares with an uninterrupted run.

After each kill the run directory must keep its promises (docs/run-directory.md): the manifest parses, numpy reads
every series, and what recorded.npy and ended.npy count has the bytes of the uninterrupted run. Every second run is
resumed without one of its probes and with another one. Each run that gets to its end must equal the uninterrupted
one in every byte of series/, but for what was dropped and added, and `basso verify` must find nothing. Exits with 1
where anything does not hold.

    tests/reliability/kills.py --basso build/bin/basso --kills 200
"""
import argparse
import collections
import json
import pathlib
import random
import shutil
import subprocess
import tempfile
import time

import numpy

from runs import Reference, fail

EXPERIMENT = """
[experiment]
name = "kills"
repeats = 2
[target]
plugin = "sinusoids"
frequencies = [1.0, 3.0]
samples = 48
[network]
widths = [32, 32]
activation = "relu"
[train]
steps = {steps}
optimizer = {{ kind = "adam", learning_rate = 2e-3 }}
[record]
every = {every}
[checkpoint]
seconds = 0.02
[sweep]
train.batch = [0, 20]
[[probe]]
name = "loss"
plugin = "loss"
[[probe]]
name = "spectrum"
plugin = "spectrum"
[[probe]]
name = "stages"
plugin = "stage-ratios"
[[probe]]
name = "event"
plugin = "predictions"
record = {{ every = {other} }}
"""

ADDED = """
[[probe]]
name = "late"
plugin = "spectral-norm"
"""
DROPPED = "stages"


def changed_series(directory):
    """How the names of series begin that a resumption has changed."""
    changed = "changes" in json.loads((directory / "manifest.json").read_text())
    return (DROPPED + ".", "late.") if changed else ()


def may_change(directory):
    """Once, and while every job has yet to make its last recordings."""
    manifest = json.loads((directory / "manifest.json").read_text())
    ended = numpy.load(directory / "series" / "ended.npy")
    return "changes" not in manifest and manifest["state"] != "finished" and bool(numpy.isnan(ended).any())


def check_after_kill(directory, reference, seen):
    state = json.loads((directory / "manifest.json").read_text())["state"]
    seen["manifest says " + state] += 1
    reference.check_partial(directory, changed_series(directory))
    if list(directory.glob("checkpoints/*.checkpoint")):
        seen["with a checkpoint"] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--basso", required=True)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--steps", type=int, default=6000, help="of each of the four trainings")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    basso = str(pathlib.Path(arguments.basso).resolve())
    with tempfile.TemporaryDirectory(prefix="basso-kills-") as folder:
        place = pathlib.Path(folder)
        steps = arguments.steps
        (place / "e.toml").write_text(EXPERIMENT.format(steps=steps, every=steps // 40, other=steps // 9))
        (place / "late.toml").write_text(ADDED)
        seen, kills, runs, resumed = collections.Counter(), 0, 0, 0

        def start(out):
            what = ["resume", out] if (place / out).exists() else ["run", "e.toml", "--out", out]
            if what[0] == "resume" and runs % 2 == 1 and may_change(place / out):
                what += ["--drop", DROPPED, "--probes", "late.toml"]
            return subprocess.Popen([basso, *what, "--no-figures", "--quiet", "--threads", str(arguments.threads)],
                                    cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

        def check_at_end(process, error):
            if process.returncode != 0:
                fail(f"exit code {process.returncode}: {error}")
            changed = changed_series(place / "r")
            seen["with changed probes to the end"] += len(changed) > 0
            reference.check_whole(place / "r", changed)
            verified = subprocess.run([basso, "verify", "r"], cwd=place, capture_output=True, text=True)
            if verified.returncode != 0:
                fail(f"verify: {verified.stdout}{verified.stderr}")

        begun = time.monotonic()
        if start("whole").wait() != 0:
            fail("the uninterrupted run")
        length = time.monotonic() - begun
        reference = Reference(place / "whole")
        while kills < arguments.kills:
            resumed += (place / "r").exists()
            process = start("r")
            try:
                error = process.communicate(timeout=draw.uniform(0, 0.7 * length))[1]
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                kills += 1
                if (place / "r").exists():
                    check_after_kill(place / "r", reference, seen)
                else:
                    seen["before the run directory appeared"] += 1
                continue
            check_at_end(process, error)
            runs += 1
            shutil.rmtree(place / "r")
        process = start("r")  # the last one to its end
        check_at_end(process, process.communicate()[1])
        runs += 1
    details = ", ".join(f"{count} {what}" for what, count in sorted(seen.items()))
    print(f"{kills} kills of runs of {length:.2f} s ({details}); {resumed} resumptions; "
          f"{runs} runs to their end, all with the bytes of the uninterrupted one")


if __name__ == "__main__":
    main()
