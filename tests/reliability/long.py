#!/usr/bin/env python3
"""Lets one process run, interrupt, resume, probe and fail over and over (long.cpp), and looks at what it holds.

Exits with 1 where a round goes wrong, where its series differ from those of the first, or where the process holds more
and more: open files, threads or mappings at all, memory beyond the allowances below. The first fifth of the time is left
out; compared are the medians of the second and of the last fifth.

    tests/reliability/long.py --program build/bin/reliability_long --minutes 60
"""
import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

# How much more a process may hold at the end: the allocator keeps what threads gave back in changing places.
ALLOWED = {"resident KiB": 4096, "heap KiB": 64, "files": 0, "threads": 0, "mappings": 16}


def rounds(program, minutes, folder):
    """Seconds, rounds and what the process holds, after each round."""
    process = subprocess.Popen([program, str(60 * minutes), folder], stdout=subprocess.PIPE, text=True)
    said = time.monotonic()
    for line in process.stdout:
        seconds, count, *holdings = line.split()
        yield float(seconds), int(count), [int(h) for h in holdings]
        if time.monotonic() - said > 60:
            said = time.monotonic()
            print(f"{seconds} s, {count} rounds: " + describe([int(h) for h in holdings]), flush=True)
    if process.wait() != 0:
        sys.exit(f"FAILED: {program} ended with {process.returncode}")


def describe(holdings):
    return ", ".join(f"{value} {name}" for name, value in zip(ALLOWED, holdings))


def fifth(samples, number):
    """Medians of what was held in one fifth of the time."""
    length = samples[-1][0] / 5
    chosen = [holdings for seconds, _, holdings in samples if number * length <= seconds <= (number + 1) * length]
    if len(chosen) < 3:
        sys.exit("FAILED: too few rounds for a judgement; take more --minutes")
    return [statistics.median_low(column) for column in zip(*chosen)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--minutes", type=float, default=60)
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())
    with tempfile.TemporaryDirectory(prefix="basso-long-") as folder:
        samples = list(rounds(program, arguments.minutes, folder))
    before, after = fifth(samples, 1), fifth(samples, 4)
    print(f"{samples[-1][1]} rounds in {samples[-1][0] / 60:.1f} minutes; second fifth: {describe(before)}; "
          f"last fifth: {describe(after)}")
    for (name, allowed), early, late in zip(ALLOWED.items(), before, after):
        if late > early + allowed:
            sys.exit(f"FAILED: {name} grew from {early} to {late}")


if __name__ == "__main__":
    main()
