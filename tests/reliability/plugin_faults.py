#!/usr/bin/env python3
"""Runs a small experiment whose activation, target and probe (faulty.cpp) fail in one of their calls, for each call and fault.

After each the message must name plugin and call, the exit code be the documented one, the run directory keep its
promises (docs/run-directory.md), its manifest say what happened, and recorded data have the bytes of the sound run; a
resumption without the fault must equal the sound run in every byte of series/. Exits with 1 where anything does not hold.

    tests/reliability/plugin_faults.py --basso build/bin/basso --plugins build/tests/reliability/plugins
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

from kills import Reference, fail

EXPERIMENT = """
[experiment]
name = "faults"
repeats = 2
[target]
plugin = "faulty"
[network]
widths = [16, 16]
activation = "faulty"
init = "activation"
[train]
steps = 200
precision = "{precision}"
optimizer = {{ kind = "adam", learning_rate = 2e-3 }}
[record]
every = 20
[checkpoint]
seconds = 0.01
[[probe]]
name = "loss"
plugin = "loss"
[[probe]]
name = "faulty"
plugin = "faulty"
"""

# Ends of the process, then what a function with a status, with an array, with an array of the host's own may do.
ENDS = ["crash", "abort", "overflow", "exit", "quick_exit", "_exit", "hang", "throw"]
STATUS, NAN, BESIDE = ["status"], ["nan"], ["below", "above"]
# For each call: which of its calls are tried (the first before the run begins, where that calls it), its faults, and how
# errors name it where that is not its name in the table.
Call = collections.namedtuple("Call", "nth faults name precision", defaults=[None, "float32"])
CALLS = {
    "plugin loading": Call([1], [how for how in ENDS if how != "throw"]),
    "activation facts": Call([1, 9], ENDS + STATUS),
    "activation numbers": Call([1, 17], ENDS + STATUS + NAN + BESIDE, "numbers"),
    "activation init": Call([1, 10], ENDS + STATUS + NAN, "initialisation law"),
    "activation value_f32": Call([1, 300], ENDS + NAN + BESIDE),
    "activation derivative_f32": Call([1, 300], ENDS + NAN + BESIDE),
    "activation parameter_f32": Call([1, 300], ENDS + NAN + BESIDE),
    "activation value_f64": Call([300], ENDS + NAN + BESIDE, precision="float64"),
    "activation derivative_f64": Call([300], ENDS + NAN + BESIDE, precision="float64"),
    "activation parameter_f64": Call([300], ENDS + NAN + BESIDE, precision="float64"),
    "target create": Call([1, 3], ENDS + STATUS, ""),
    "target fill": Call([1, 2], ENDS + STATUS + NAN + BESIDE),
    "target lines": Call([1, 3], ENDS + STATUS + NAN + BESIDE),
    "target destroy": Call([1, 3], ENDS),
    "probe create": Call([1, 3], ENDS + STATUS, ""),
    "probe prepare": Call([1, 2], ENDS + STATUS),
    "probe observe": Call([1, 8], ENDS + STATUS + BESIDE),
    "probe task": Call([1, 400], ENDS + STATUS),
    "probe save": Call([1, 8], ENDS + STATUS + BESIDE),
    "probe load": Call([1], ENDS + STATUS),
    "probe destroy": Call([1, 3], ENDS),
}
BEFORE_TRAINING = ["plugin loading", "activation facts", "activation numbers", "activation init", "target create", "probe create"]


class Trial:
    """One experiment with one fault, in a folder of its own."""

    def __init__(self, basso, plugins, place, precision):
        self.basso, self.plugins, self.place = basso, plugins, place
        self.run = place / "r"
        self.mark = place / "mark"
        (place / "e.toml").write_text(EXPERIMENT.format(precision=precision))

    def start(self, fault=None):
        what = ["resume", "r"] if self.run.exists() else ["run", "e.toml", "--out", "r"]
        environment = {**os.environ, "BASSO_FAULT": fault or "", "BASSO_FAULT_MARK": str(self.mark)}
        return subprocess.Popen([self.basso, *what, "--no-figures", "--quiet", "--threads", "2", "--plugin-dir", self.plugins],
                                cwd=self.place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(self, process, seconds=60):
        """Exit code, standard output and standard error; a process that hangs is interrupted twice."""
        try:
            if "hang" in (self.fault or ""):
                self.wait_for_mark(process)
                process.send_signal(signal.SIGINT)
                time.sleep(0.5)  # on a busy machine, too, more than what counts as one request
                if process.poll() is not None:
                    fail(f"{self.fault}: the first signal ended a process that hangs in a plugin")
                process.send_signal(signal.SIGINT)
            out, error = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            fail(f"{self.fault}: the process goes on and on: {process.communicate()[1]}")
        return process.returncode, out, error

    def wait_for_mark(self, process):
        for _ in range(2000):
            if self.mark.exists() or process.poll() is not None:
                return
            time.sleep(0.01)

    def live(self, fault=None):
        self.fault = fault
        self.mark.unlink(missing_ok=True)
        result = self.finish(self.start(fault))
        if fault and not self.mark.exists():
            fail(f"{fault}: the fault never came")
        return result


def sound_run(trial):
    code, _, error = trial.live()
    if code != 0:
        fail(f"the sound run: {error}")
    reference = Reference(trial.run)
    shutil.rmtree(trial.run)
    return reference


def expected_code(call, how, began):
    if how == "hang":
        return 130
    if call == "target lines" and not began and how in STATUS + NAN + BESIDE + ["throw"]:
        return 3  # the probe that asked for them cannot be created
    return 3 if call in BEFORE_TRAINING and not began else 1


def expected_text(call, how):
    """A pattern of the message."""
    kind, function = call.split()
    if kind == "plugin":
        who = r"plugin \S*faulty\.so"
    else:
        who = f"{kind} '?faulty'?"
    named = function if CALLS[call].name is None else CALLS[call].name
    if function == "task":
        function = named = "observe"  # a part of that call
    exactly = f"{who}: {function}"
    if how in ("crash", "overflow", "abort") or (how == "throw" and function == "destroy"):
        return rf"{exactly}: crashed \(SIG{'SEGV' if how in ('crash', 'overflow') else 'ABRT'}\)"
    if how in ("exit", "quick_exit", "_exit"):
        return rf"{exactly}: it ended the process with {'_exit' if how == '_exit' else 'exit'}\(\)"
    if how == "hang":
        return f"ended at once by a second signal, in .*{exactly}"
    if how == "below":
        return f"{who}: {named}: something was written before "
    if how == "above":
        return f"{who}: {named}: something was written behind the end of "
    if how == "nan" and kind == "target":
        return f"{who}: {named}: .*(is nan|must be finite)"
    if how == "nan":
        return "(is|number|scale|are) nan|is not finite"
    return f"{who}.*{named}.*the moon is not full"


def expected_advice(call, how):
    """How the message says to go on, once there is a run directory: of a probe, of another plugin, or not at all."""
    kind, function = call.split()
    if kind == "activation" and how in NAN and function not in ("numbers", "init"):
        return ""  # it is the training that fails
    if kind == "probe" or (function == "lines" and how in STATUS + NAN + BESIDE + ["throw"]):
        return r"basso resume (\S*r) --drop faulty goes on without this probe$"
    return rf"basso resume (\S*r) goes on with {kind} \S+ as it is; once that is mended, begin anew: basso run \1/config.resolved.toml$"


def check_directory(trial, fault, pattern, how, reference):
    """What a process that was brought down left behind."""
    manifest = json.loads((trial.run / "manifest.json").read_text())
    state = "interrupted" if how == "hang" else "failed"
    if manifest["state"] != state:
        fail(f"{fault}: the manifest says {manifest['state']}")
    if not any(re.search(pattern, sentence) for sentence in manifest["failures"]):
        fail(f"{fault}: the manifest does not say it: {manifest['failures']}")
    reference.check_partial(trial.run)
    verify = subprocess.run([trial.basso, "verify", "r", "--record"], cwd=trial.place, capture_output=True, text=True)
    if verify.returncode != 0:
        fail(f"{fault}: verify: {verify.stdout}{verify.stderr}")


def attempt(trial, call, nth, how, reference, seen):
    fault = f"{call} {nth} {how}"
    if call == "probe load":  # there is something to load in a run that stopped on the way
        trial.live("probe observe 8 status")
    code, out, error = trial.live(fault)
    began = trial.run.exists()
    if code != expected_code(call, how, began):
        fail(f"{fault}: exit code {code}: {error}")
    pattern = expected_text(call, how)
    if not re.search(pattern, error):
        fail(f"{fault}: the message is not '{pattern}' but: {error}")
    if began:
        if not re.search(expected_advice(call, how), error, re.MULTILINE):
            fail(f"{fault}: the message does not say how to go on: {error}")
        check_directory(trial, fault, pattern, how, reference)
        if out.splitlines()[-1:] not in (["r"], [str(trial.run)]):
            fail(f"{fault}: standard output does not end with the run directory: {out}")
        seen["in the run"] += 1
    else:
        left = sorted(p.name for p in trial.place.iterdir() if p.name not in ("e.toml", "mark"))
        if left:
            fail(f"{fault}: left behind: {left}")
        seen["before it"] += 1
    code, _, error = trial.live()
    if code != 0:
        fail(f"{fault}: going on without it: exit code {code}: {error}")
    reference.check_whole(trial.run)
    shutil.rmtree(trial.run)


def check_log_of_a_hang(trial):
    """A process that is asked to stop, hangs, and is killed: its log says where."""
    process = trial.start("probe observe 3 hang")
    trial.wait_for_mark(process)
    process.send_signal(signal.SIGTERM)
    time.sleep(3)
    process.kill()
    process.communicate()
    log = (trial.run / "log.txt").read_text()
    if "still in probe faulty: observe" not in log:
        fail(f"the log does not say in which call the run hangs: {log}")
    shutil.rmtree(trial.run)


def check_silent_end(trial, reference):
    """SIGKILL leaves no word: the manifest is that of a run that goes on, and whoever looks is told."""
    trial.live("probe observe 3 kill")
    state = json.loads((trial.run / "manifest.json").read_text())["state"]
    if state != "running":
        fail(f"after SIGKILL the manifest says {state}")
    reference.check_partial(trial.run)
    code, _, error = trial.live()
    if code != 0 or "ended without a word" not in error:
        fail(f"a run cannot be resumed after SIGKILL, or does not say that it was killed: {error}")
    reference.check_whole(trial.run)
    shutil.rmtree(trial.run)


def check_advice(trial, reference):
    """What the message behind a crash says, taken by its word."""
    error = trial.live("probe observe 8 crash")[2]
    said = re.search(r"; (basso resume \S+ --drop faulty) goes on", error)[1]
    words = [trial.basso, *said.split()[1:], "--no-figures", "--quiet", "--plugin-dir", trial.plugins]
    done = subprocess.run(words, cwd=trial.place, capture_output=True, text=True)
    if done.returncode != 0:
        fail(f"{said}: exit code {done.returncode}: {done.stderr}")
    reference.check_whole(trial.run, ("faulty.",))
    shutil.rmtree(trial.run)


def choose(short):
    """Triples of call, number and fault; a short choice has each call, and each fault, a few times."""
    chosen = [(call, nth, how) for call, of in CALLS.items() for nth in of.nth for how in of.faults]
    return chosen[::7] if short else chosen


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--basso", required=True)
    parser.add_argument("--plugins", required=True, help="folder of faulty.so")
    parser.add_argument("--short", action="store_true", help="one in seven")
    arguments = parser.parse_args()
    basso, plugins = (str(pathlib.Path(path).resolve()) for path in (arguments.basso, arguments.plugins))
    seen = collections.Counter()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="basso-faults-") as folder:
        trials, references = {}, {}
        for precision in ("float32", "float64"):
            place = pathlib.Path(folder) / precision
            place.mkdir()
            trials[precision] = Trial(basso, plugins, place, precision)
            references[precision] = sound_run(trials[precision])
        chosen = choose(arguments.short)
        for call, nth, how in chosen:
            precision = CALLS[call].precision
            attempt(trials[precision], call, nth, how, references[precision], seen)
        check_log_of_a_hang(trials["float32"])
        check_silent_end(trials["float32"], references["float32"])
        check_advice(trials["float32"], references["float32"])
    details = ", ".join(f"{count} {what}" for what, count in sorted(seen.items()))
    print(f"{len(chosen)} faults ({details}) in {time.monotonic() - begun:.0f} s: all named, nothing recorded was lost")


if __name__ == "__main__":
    main()
