"""Training steps per second of PyTorch and of Basso's engine on this machine, measured in turn.

usage: peers.py BASSO_BENCH_NN PYTHON [PYTHON...] [--rounds N] [--seconds S]

Each PYTHON is an interpreter with torch. All train the same networks on the same kind of data with Adam in float32; what is
counted are steps per second of processor time of a core, since the machine may be shared (times the cores, where two cores
are used). PyTorch runs in two ways: by default, and at its best, which is one thread a process (OPENBLAS_NUM_THREADS=1,
OMP_NUM_THREADS=1, set_num_threads(1)) and, where Adam has it, its fused form. Two cores train two networks: Basso in two
threads, PyTorch at its best in two processes, and by default in one process with its threads, of which each step uses all.
Each round measures all ways one after the other; the table shows the best of each and the medians of the rounds' ratios.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

# name in the benchmark: title, activation, inputs, widths, outputs, samples, batch, networks side by side
TASKS = {
    "rahaman/exp1_relu_6x256_n200": ("R Exp 1", "ReLU", 1, [256] * 6, 1, 200, 200, 1),
    "two_nets/exp1": ("R Exp 1, two cores", "ReLU", 1, [256] * 6, 1, 200, 200, 2),
    "xu/tanh_200x3_100_n60": ("tanh, 60 samples", "Tanh", 1, [200, 200, 200, 100], 1, 60, 60, 1),
    "xu/tanh_200x3_100_n600": ("tanh, 600 samples", "Tanh", 1, [200, 200, 200, 100], 1, 600, 600, 1),
    "xu/image_tanh_n1800": ("image network", "Tanh", 2, [500, 400, 300, 200, 200, 100, 100], 1, 1800, 1800, 1),
    "xu/mnist_tanh_batch400": ("MNIST network, batches of 400", "Tanh", 784, [800, 400, 200, 100], 10, 2000, 400, 1),
}
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def adam(torch, parameters, best):
    if best:
        try:
            return torch.optim.Adam(parameters, lr=1e-4, fused=True)
        except (TypeError, RuntimeError, ValueError):  # an older release: no such form, or not on a processor
            pass
    return torch.optim.Adam(parameters, lr=1e-4)


def work(task, best, seconds):
    """Prints steps per second of processor time; in the process of an interpreter with torch."""
    import torch

    _, activation, inputs, widths, outputs, samples, batch, _ = TASKS[task]
    if best:
        torch.set_num_threads(1)
    torch.manual_seed(0)
    layers, width = [], inputs
    for out in widths:
        layers += [torch.nn.Linear(width, out), getattr(torch.nn, activation)()]
        width = out
    model = torch.nn.Sequential(*layers, torch.nn.Linear(width, outputs))
    optimizer = adam(torch, list(model.parameters()), best)
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


def torch_steps(python, task, best, seconds):
    """Steps per second of all networks of the task."""
    cores = TASKS[task][-1]
    processes = cores if best else 1
    environment = {**os.environ, **(ONE_THREAD if best else {})}
    command = [python, os.path.abspath(__file__), "--work", task, "best" if best else "default", str(seconds)]
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


def compare(binary, python, rounds, seconds):
    version = subprocess.run([python, "-c", "import torch; print(torch.__version__, flush=True)"], check=True,
                             stdout=subprocess.PIPE, text=True).stdout.strip()
    print(f"PyTorch {version} ({python}); best steps/s of {rounds} rounds in turn; load {os.getloadavg()[0]:.1f}")
    print(f"{'task':30} {'default':>9} {'its best':>9} {'Basso':>9} {'to default':>11} {'to its best':>11}")
    for task, (title, *_) in TASKS.items():
        measured = [(torch_steps(python, task, False, seconds), torch_steps(python, task, True, seconds),
                     basso_steps(binary, task, seconds)) for _ in range(rounds)]
        default, best, ours = (max(column) for column in zip(*measured))
        to_default = statistics.median(row[2] / row[0] for row in measured)
        to_best = statistics.median(row[2] / row[1] for row in measured)
        print(f"{title:30} {default:9.1f} {best:9.1f} {ours:9.1f} {to_default:11.2f} {to_best:11.2f}", flush=True)


def main():
    if sys.argv[1:2] == ["--work"]:
        task, setting, seconds = sys.argv[2:]
        return work(task, setting == "best", float(seconds))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("python", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    arguments = parser.parse_args()
    for python in arguments.python:
        compare(arguments.binary, python, arguments.rounds, arguments.seconds)


if __name__ == "__main__":
    main()
