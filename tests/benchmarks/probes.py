"""Time of the heaviest probes, each in a whole `basso run` that trains nothing: start, one observation, series.

usage: probes.py BASSO [--rounds N] [--check]

Processor time of all threads, one thread for the run; the least of the rounds. With --check the exit code is 1 unless
each run stays within its bound. Where MNIST is not to be found (scripts/get-data mnist), random numbers stand in for its
images: the eigenproblem costs the same.
"""
import argparse
import os
import resource
import subprocess
import sys
import tempfile

import numpy

NETWORK = """
[network]
widths = [{widths}]
init = {{ law = "normal", weight_std = {weight_std}, bias_std = {bias_std} }}

[train]
steps = 0

[[probe]]
name = "transform"
plugin = "relu-transform"
frequencies = [{frequencies}]
"""

BASIS = """
[[probe]]
name = "basis"
plugin = "kernel-spectrum"
"""


def network(layers, width, frequencies, bias_std):
    """ReLU layers with He's weights; biases as wide make the more regions."""
    return NETWORK.format(widths=", ".join([str(width)] * layers), weight_std=(2 / width) ** 0.5, bias_std=bias_std,
                          frequencies=", ".join(f"{k}.0" for k in range(frequencies)))


EXPERIMENTS = [
    ("exact transform, 6 x 256 on [0, 1], 1,000 frequencies", 1.0,
     '[target]\nplugin = "sinusoids"\n' + network(6, 256, 1000, 0.1)),
    ("exact transform, 3 x 64 on the square, 64 x 64 frequencies", 10.0,
     '[target]\nplugin = "flower"\n' + network(3, 64, 64, 0.1)),
    ("eigenbasis of 2,000 images of MNIST", 10.0, """
[target]
plugin = "mnist-pairs"
noise = "none"
count = 2000
train_share = 1.0
""" + BASIS),
]
STAND_IN = ("eigenbasis of 2,000 random images", 10.0, '[target]\nplugin = "file"\npoints = "images.npy"\n' + BASIS)


def measure(basso, text):
    """Processor seconds of a run and its number of linear regions (0 without any); None where data are missing."""
    with tempfile.TemporaryDirectory() as folder:
        if "images.npy" in text:
            numpy.save(os.path.join(folder, "images.npy"), numpy.random.default_rng(1).random((2000, 785)))
        with open(os.path.join(folder, "a.toml"), "w") as file:
            file.write('[experiment]\nname = "bench"\n' + text)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run = subprocess.run([basso, "run", "a.toml", "--out", "run", "--threads", "1", "--quiet"], cwd=folder,
                             capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if run.returncode == 4:
            return None
        if run.returncode != 0:
            raise SystemExit(run.stderr)
        regions = os.path.join(folder, "run", "series", "transform.regions.npy")
        return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
                int(numpy.load(regions).flat[0]) if os.path.exists(regions) else 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("basso", type=os.path.abspath)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    within = True
    print(f"{'run':62} {'processor s':>12} {'bound':>6} {'regions':>8}")
    for name, bound, text in EXPERIMENTS:
        rounds = [measure(arguments.basso, text) for _ in range(arguments.rounds)]
        if None in rounds:
            name, bound, text = STAND_IN
            rounds = [measure(arguments.basso, text) for _ in range(arguments.rounds)]
        seconds, regions = min(rounds)
        within = within and seconds < bound
        print(f"{name:62} {seconds:12.2f} {bound:6.0f} {regions or '':>8}")
    sys.exit(0 if within or not arguments.check else 1)


if __name__ == "__main__":
    main()
