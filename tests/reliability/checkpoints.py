#!/usr/bin/env python3
"""Trains a small network for some time with checkpoints as often as they are by default, and prints what they took of it.

Exits with 1 where it is more than a hundredth.

    tests/reliability/checkpoints.py --basso build/bin/basso --seconds 60
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import time

EXPERIMENT = """
[experiment]
name = "checkpoints"
[target]
plugin = "sinusoids"
frequencies = [1.0, 3.0]
samples = 200
[network]
widths = [256, 256]
[train]
steps = {steps}
[record]
every = 100
[[probe]]
name = "loss"
plugin = "loss"
[[probe]]
name = "spectrum"
plugin = "spectrum"
"""


def run(basso, place, out, steps):
    (place / "e.toml").write_text(EXPERIMENT.format(steps=steps))
    begun = time.monotonic()
    subprocess.run([basso, "run", "e.toml", "--out", out, "--no-figures", "--quiet", "--threads", "1"],
                   cwd=place, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--basso", required=True)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    basso = str(pathlib.Path(arguments.basso).resolve())
    with tempfile.TemporaryDirectory(prefix="basso-checkpoints-") as folder:
        place = pathlib.Path(folder)
        each = run(basso, place, "short", 2000) / 2000
        run(basso, place, "long", int(arguments.seconds / each))
        log = (place / "long" / "log.txt").read_text()
    found = re.search(r"(\d+) checkpoints? took (\S+) s of (\S+) s", log)
    if not found:
        print("no checkpoint: take more --seconds")
        sys.exit(1)
    share = float(found[2]) / float(found[3])
    print(f"{found[0]}: {100 * share:.3f} %")
    sys.exit(share > 0.01)


if __name__ == "__main__":
    main()
