"""Time from the start of `basso run` to the first training step, and peak memory, of Experiment 1 of Rahaman et al. 2019.

usage: startup.py BASSO EXPERIMENT [--rounds N]

Runs the experiment with the paper's settings: 10 repeats, 80,000 steps, all series laid out at their final size, on two
threads. The first training step follows the recording of step 0, whose loss is looked for in the series file; the run is
interrupted once step 200 is recorded. Times are on the clock and in processor time of all threads; the best and the
median of the rounds are shown, since the machine may be shared.
"""
import argparse
import os
import signal
import statistics
import struct
import subprocess
import tempfile
import time

THREADS = 2
HEADER = 128  # bytes of an .npy file before its first number
PAUSE = 2e-4  # seconds between looks


def recorded(path, position):
    """Whether the series has a number (not NaN) at this position."""
    try:
        with open(path, "rb") as file:
            file.seek(HEADER + 8 * position)
            data = file.read(8)
    except FileNotFoundError:
        return False
    return len(data) == 8 and struct.unpack("<d", data)[0] == struct.unpack("<d", data)[0]


def processor_seconds(pid):
    """Of all threads of the process."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/schedstat") as file:
                total += int(file.read().split()[0])
        except FileNotFoundError:
            pass
    return total * 1e-9


def wait_for(process, path, position):
    while not recorded(path, position):
        if process.poll() is not None:
            raise SystemExit(f"basso ended (exit code {process.returncode}) before {path} had what was waited for")
        time.sleep(PAUSE)


def measure(basso, experiment, folder):
    """Seconds on the clock and of the processor to the first step; MiB at most resident up to step 200."""
    run = os.path.join(folder, "run")
    begin = time.perf_counter()
    process = subprocess.Popen([basso, "run", experiment, "--out", run, "--threads", str(THREADS), "--quiet"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    loss = os.path.join(run, "series", "loss.train.npy")
    wait_for(process, loss, 0)
    clock, processor = time.perf_counter() - begin, processor_seconds(process.pid)
    wait_for(process, loss, 2)
    process.send_signal(signal.SIGINT)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return clock, processor, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("basso")
    parser.add_argument("experiment")
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    rounds = []
    for _ in range(arguments.rounds):
        with tempfile.TemporaryDirectory() as folder:
            rounds.append(measure(arguments.basso, arguments.experiment, folder))
    clock, processor, memory = zip(*rounds)
    print(f"{arguments.experiment}, {THREADS} threads, {arguments.rounds} rounds; load {os.getloadavg()[0]:.1f}")
    print(f"{'':34} {'best':>9} {'median':>9}")
    for name, values in (("start to first step, clock, ms", [1e3 * t for t in clock]),
                         ("start to first step, processor, ms", [1e3 * t for t in processor]),
                         ("peak memory, MiB", memory)):
        print(f"{name:34} {min(values):9.1f} {statistics.median(values):9.1f}")


if __name__ == "__main__":
    main()
