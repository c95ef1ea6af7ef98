"""Training steps per second of PyTorch and of Basso's engine on this machine, measured in turn.

usage: peers.py BASSO_BENCH_NN PYTHON [PYTHON...] [--rounds N] [--seconds S] [--tasks TEXT]

Each PYTHON is an interpreter with torch. All train the same networks on the same kind of data with Adam in float32; what is
counted are steps per second of processor time of a core, since the machine may be shared (times the cores, where two cores
are used; a thread that spins while it waits counts, one that sleeps does not). PyTorch runs in three ways: by default; tuned,
which is one thread a core (OPENBLAS_NUM_THREADS, OMP_NUM_THREADS, set_num_threads) and, where Adam has it, its fused form; and
compiled, which is tuned with the network through torch.compile, where that works. Its best is the best of them.
Two networks on two cores: Basso in two threads, PyTorch in two processes, and by default in one process with its threads, of
which each step uses all. One network on two cores: both with two threads.
Each round measures all ways one after the other; the table shows the best of each and the medians of the rounds' ratios.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

RELU, TANH = ("ReLU", 1, [256] * 6, 1), ("Tanh", 1, [200, 200, 200, 100], 1)
IMAGE = ("Tanh", 2, [500, 400, 300, 200, 200, 100, 100], 1, 1800, 1800)
MNIST = ("Tanh", 784, [800, 400, 200, 100], 10, 2000, 400)
# name in the benchmark: title, activation, inputs, widths, outputs, samples, batch, processes, threads of each
TASKS = {
    "rahaman/exp1_relu_6x256_n200": ("R Exp 1", *RELU, 200, 200, 1, 1),
    "two_nets/exp1": ("R Exp 1, two nets on two cores", *RELU, 200, 200, 2, 1),
    "rahaman/exp5_flower_n1000": ("R Exp 5", "ReLU", 2, [256] * 6, 1, 1000, 1000, 1, 1),
    "xu/tanh_200x3_100_n60": ("tanh, 60 samples", *TANH, 60, 60, 1, 1),
    "xu/tanh_200x3_100_n600": ("tanh, 600 samples", *TANH, 600, 600, 1, 1),
    "xu/image_tanh_n1800": ("image network", *IMAGE, 1, 1),
    "two_cores/xu/image_tanh_n1800": ("the same on two cores", *IMAGE, 1, 2),
    "xu/mnist_tanh_batch400": ("MNIST network, batches of 400", *MNIST, 1, 1),
    "two_cores/xu/mnist_tanh_batch400": ("the same on two cores", *MNIST, 1, 2),
}


def adam(torch, parameters, tuned):
    if tuned:
        try:
            return torch.optim.Adam(parameters, lr=1e-4, fused=True)
        except (TypeError, RuntimeError, ValueError):  # an older release: no such form, or not on a processor
            pass
    return torch.optim.Adam(parameters, lr=1e-4)


def work(task, way, seconds):
    """Prints steps per second of processor time; in the process of an interpreter with torch."""
    import torch

    _, activation, inputs, widths, outputs, samples, batch, _, threads = TASKS[task]
    if way != "default":
        torch.set_num_threads(threads)
    torch.manual_seed(0)
    layers, width = [], inputs
    for out in widths:
        layers += [torch.nn.Linear(width, out), getattr(torch.nn, activation)()]
        width = out
    model = torch.nn.Sequential(*layers, torch.nn.Linear(width, outputs))
    optimizer = adam(torch, list(model.parameters()), way != "default")
    if way == "compiled":
        model = torch.compile(model)
    x = torch.rand(samples, inputs)
    if inputs == 1:
        x = x.sort(dim=0).values
    y = torch.sin(20 * x[:, :1] + torch.arange(outputs))

    def step():
        rows = torch.randperm(samples)[:batch] if batch < samples else slice(None)
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()

    # The whole process is timed: a backward pass may run in a thread of its own.
    for _ in range(5):
        step()
    count, begin = 0, time.process_time()
    while time.process_time() - begin < seconds:
        for _ in range(5):
            step()
        count += 5
    print(count / (time.process_time() - begin))


def torch_steps(python, task, way, seconds):
    """Steps per second of all networks of the task."""
    processes, threads = TASKS[task][-2:]
    cores = processes * threads
    processes = processes if way != "default" else 1
    limits = {f"{library}_NUM_THREADS": str(threads) for library in ("OPENBLAS", "OMP", "MKL")}
    environment = {**os.environ, **(limits if way != "default" else {})}
    command = [python, os.path.abspath(__file__), "--work", task, way, str(seconds)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(processes)]
    rates = []
    for process in running:
        output, _ = process.communicate()
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(command)} ended with exit code {process.returncode}")
        rates.append(float(output))
    return sum(rates) * cores / processes


def basso_steps(binary, task, seconds):
    """Steps per second of the engine, of all networks of the task."""
    command = [binary, f"--benchmark_filter=^{task}(/|$)", f"--benchmark_min_time={seconds}", "--benchmark_format=json"]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return next(row["steps_per_s"] for row in json.loads(output)["benchmarks"])


def compiles(python):
    """Whether torch.compile works there; else says why."""
    script = "import torch; torch.compile(torch.nn.Linear(2, 2))(torch.ones(1, 2)).sum().backward()"
    tried = subprocess.run([python, "-c", script], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if tried.returncode != 0:
        print(f"torch.compile left out: {tried.stderr.strip().splitlines()[-1]}")
    return tried.returncode == 0


def compare(binary, python, rounds, seconds):
    version = subprocess.run([python, "-c", "import torch; print(torch.__version__, flush=True)"], check=True,
                             stdout=subprocess.PIPE, text=True).stdout.strip()
    print(f"PyTorch {version} ({python}); best steps/s of {rounds} rounds in turn; load {os.getloadavg()[0]:.1f}")
    ways = ["default", "tuned"] + (["compiled"] if compiles(python) else [])
    print(f"{'task':30}" + "".join(f" {way:>9}" for way in ways) + f" {'Basso':>9} {'to default':>11} {'to its best':>11}")
    for task, (title, *_) in TASKS.items():
        measured = [[torch_steps(python, task, way, seconds) for way in ways] + [basso_steps(binary, task, seconds)]
                    for _ in range(rounds)]
        rates = "".join(f" {max(column):9.1f}" for column in zip(*measured))
        to_default = statistics.median(row[-1] / row[0] for row in measured)
        to_best = statistics.median(row[-1] / max(row[:-1]) for row in measured)
        print(f"{title:30}{rates} {to_default:11.2f} {to_best:11.2f}", flush=True)


def main():
    if sys.argv[1:2] == ["--work"]:
        task, way, seconds = sys.argv[2:]
        return work(task, way, float(seconds))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("python", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--tasks", default="", help="only those whose name in the benchmark contains this")
    arguments = parser.parse_args()
    for task in [task for task in TASKS if arguments.tasks not in task]:
        del TASKS[task]
    for python in arguments.python:
        compare(arguments.binary, python, arguments.rounds, arguments.seconds)


if __name__ == "__main__":
    main()
