"""Training steps per second of PyTorch and of Basso's engine, measured in turn on one core of this machine.

usage: peers.py BASSO_BENCH_NN [--rounds N] [--seconds S]

Both train the same network on the same kind of data with Adam, full batch, float32, one thread, and are timed in
processor time, since the machine may be shared. Each round measures one after the other; the table shows the
best of each and the median of the rounds' ratios. PyTorch runs as its users run it at its best: OPENBLAS_NUM_THREADS=1,
set_num_threads(1), no data loader.
"""
import argparse
import json
import os
import statistics
import subprocess
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import torch  # noqa: E402  (after the environment is set)

# name in the benchmark: activation, widths, samples
TASKS = {
    "rahaman/exp1_relu_6x256_n200": ("ReLU", [256] * 6, 200),
    "xu/tanh_200x3_100_n60": ("Tanh", [200, 200, 200, 100], 60),
    "xu/tanh_200x3_100_n600": ("Tanh", [200, 200, 200, 100], 600),
}


def torch_steps(task, seconds):
    """Steps per second of PyTorch on this task."""
    activation, widths, samples = TASKS[task]
    torch.manual_seed(0)
    layers, inputs = [], 1
    for width in widths:
        layers += [torch.nn.Linear(inputs, width), getattr(torch.nn, activation)()]
        inputs = width
    model = torch.nn.Sequential(*layers, torch.nn.Linear(inputs, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    x = torch.rand(samples, 1).sort(dim=0).values
    y = torch.sin(20 * x)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()

    # The whole process is timed: a backward pass may run in a thread of its own.
    for _ in range(10):
        step()
    count, begin = 0, time.process_time()
    while time.process_time() - begin < seconds:
        for _ in range(10):
            step()
        count += 10
    return count / (time.process_time() - begin)


def basso_steps(binary, task, seconds):
    """Steps per second of the engine, and its percentage of the multiply-add peak."""
    command = [binary, f"--benchmark_filter=^{task}$", f"--benchmark_min_time={seconds}", "--benchmark_format=json"]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    result = json.loads(output)["benchmarks"][0]
    return result["steps_per_s"], result["percent_of_peak"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(f"PyTorch {torch.__version__}; best steps/s of {arguments.rounds} rounds in turn, one core")
    print(f"{'task':34} {'PyTorch':>9} {'Basso':>9} {'ratio':>6} {'% of peak':>10}")
    for task in TASKS:
        rounds = []
        for _ in range(arguments.rounds):
            theirs = torch_steps(task, arguments.seconds)
            rounds.append((theirs, *basso_steps(arguments.binary, task, arguments.seconds)))
        ratio = statistics.median(ours / theirs for theirs, ours, _ in rounds)
        theirs, ours, percent = (max(column) for column in zip(*rounds))
        print(f"{task:34} {theirs:9.1f} {ours:9.1f} {ratio:6.2f} {percent:10.1f}", flush=True)


if __name__ == "__main__":
    main()
