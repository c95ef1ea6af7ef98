"""All activations of experiments/beyond/activations.toml side by side: who learns low frequencies first, who does not, and what a
move of the parameters leaves. Imported by scripts/reproduce.py (rows, out of a run) and scripts/results_page.py (table)."""
import array
import ast
import json
import math
import statistics

EXPERIMENT = "beyond/activations"
LEVEL = 0.5     # of |f(k)|/A, as in the claims
DISTANCE = 0.5  # of the move


def rows(folder, verdicts):
    """One a activation: its order (from the verdict), the steps at which each frequency crosses (None: never), what is left."""
    orders = {verdict["claim"].removeprefix("low-first-"): verdict for verdict in verdicts}
    axes, learned = read_series(folder, "spectrum.normalised")
    moved, left = read_series(folder, "robustness.retained")
    steps, frequencies = axes["recording"]["values"], axes["frequency"]["values"]
    distance = moved["distance"]["values"].index(DISTANCE)
    result = []
    for point, label in enumerate(axes["network.activation"]["labels"]):
        name = label.strip('"')
        crossing = [statistics.median(first_at(repeat, index, steps) for repeat in learned[point]) for index in range(len(frequencies))]
        kept = [statistics.median(repeat[-1][distance][index] for repeat in left[point]) for index in range(len(frequencies))]
        result.append({"activation": name, "order": orders[name]["value"], "outcome": orders[name]["outcome"],
                       "frequencies": frequencies, "steps": [step if math.isfinite(step) else None for step in crossing],
                       "left": kept})
    return result


def first_at(recordings, index, steps):
    return next((step for step, values in zip(steps, recordings) if values[index] >= LEVEL), math.inf)


def read_series(folder, name):
    """Its axes by name, and the values as nested lists."""
    entry = next(one for one in json.loads((folder / "series.json").read_text())["series"] if one["name"] == name)
    data = (folder / entry["file"]).read_bytes()
    begin = 10 + int.from_bytes(data[8:10], "little")
    header = ast.literal_eval(data[10:begin].decode())
    if header["descr"] != "<f8" or header["fortran_order"]:
        raise ValueError(f"{folder / entry['file']}: expected float64 in C order")
    values = list(array.array("d", data[begin:]))
    for length in reversed(header["shape"][1:]):
        values = [values[at:at + length] for at in range(0, len(values), length)]
    return {axis["name"]: axis for axis in entry["axes"]}, values


def table(entries):
    """From the clearest order to none, equal orders from the fastest to the slowest."""
    frequencies = entries[0]["frequencies"]
    lines = [f"Steps at which |f(k)|/A first reaches {LEVEL} (–: never), and the share that a move of the parameters by {DISTANCE} "
             "leaves of what there is of each frequency at the end, much or little, by activation; from the clearest order to none. τ is 1 "
             "from low to high and 0 without an order.",
             "", "| activation | order τ | " + " | ".join(f"step, k = {k:g}" for k in frequencies) + " | "
             + " | ".join(f"left, k = {k:g}" for k in frequencies) + " |", "| --- " * (2 + 2 * len(frequencies)) + "|"]
    for one in sorted(entries, key=lambda one: (-(one["order"] if one["order"] is not None else -2),
                                                sum(step is None for step in one["steps"]),
                                                max((step for step in one["steps"] if step is not None), default=0))):
        order = "–" if one["order"] is None else f"{one['order']:.2f}"
        order += "" if one["outcome"] == "holds" else f" ({one['outcome']})"
        steps = ["–" if step is None else f"{step:g}" for step in one["steps"]]
        lines.append(f"| `{one['activation']}` | {order} | {' | '.join(steps)} | {' | '.join(f'{left:.2f}' for left in one['left'])} |")
    return "\n".join(lines).replace("|f(k)|", r"\|f(k)\|") + "\n"
