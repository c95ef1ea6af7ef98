"""The page docs/results.md, made of docs/results.json and docs/results-notes.toml. Imported by scripts/reproduce.py."""
import re
import sys
import tomllib

import activations_table

PAPERS = {
    "rahaman2019": "Rahaman et al. 2019, On the Spectral Bias of Neural Networks",
    "xu2018": "Xu 2018, Understanding training and generalization in deep learning by Fourier analysis",
    "xu-zhang-xiao2018": "Xu, Zhang and Xiao 2018, Training behavior of deep neural network in frequency domain",
    "luo2021": "Luo, Ma, Xu and Zhang 2021, Theory of the Frequency Principle for General Deep Neural Networks",
    "beyond": "Beyond the papers",
}
PROFILES = ("reduced", "code", "first-version", "full")
HEAD = """# Results

What the papers state, what was measured, and whether it holds. Written by `scripts/reproduce`, never by hand; docs/results.json has the
same with all digits. Why a claim does not hold is told as far as it was found out, out of docs/results-notes.toml. A number is the median
over the repeats, in brackets their quartiles where they differ ([kinds of claims](experiment-files.md#claim-any-number)). An experiment's
name leads to its first figure; a claim's to its file, which says what the number is, where the threshold comes from, and what was put
right where a printed formula is wrong: R Eq 4 (`lemma1`), X Eq 1 (`eq1`) and X Theorems 1 to 3 are judged as corrected there. R, T, X and
L are [the papers](experiments.md). *full* are the papers' settings, *code* those of the authors' code, *reduced* the profile that shows
the effect in minutes, *first-version* the settings of the first version of Xu 2018. Statements are the papers' words; of what goes beyond
them, the file's own, some of them questions. *unconfirmed*: the paper's full text was not at hand, and what exactly it states, such as an
exponent, is from memory.

Three kinds of *holds* say less than others, and the column says so: an order in which some lines never cross the level is the order of
those that do, before the rest (*1 of 3 cross*, told of the entry that counts); where *a quartile does not*, the median holds, and not
every repeat; and where the number is an infinity, a level was *never crossed* within the run.
"""


def read_notes(path):
    """Remarks written by hand: (experiment, profile, claim) -> text. What is not of this form ends the program."""
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        sys.exit(f"{path}: {error}")
    notes = {}
    for name, profiles in tables.items():
        for profile, claims in profiles.items() if isinstance(profiles, dict) else [(None, None)]:
            texts = list(claims.values()) if isinstance(claims, dict) else [None]
            if not all(isinstance(text, str) and text for text in texts):
                sys.exit(f'{path}: "{name}": expected a table ["EXPERIMENT".PROFILE] with lines CLAIM = "text"')
            notes |= {(name, profile, claim): text for claim, text in claims.items()}
    return notes


def stray_notes(notes, results, there):
    """Keys of notes that no verdict of `results` needs, as it holds without reserve: misspelt, or outdated. What has not been run
    has no say."""
    known = {(name, profile): {verdict["claim"] for verdict in entry["verdicts"] if outcome(verdict) != "holds"}
             for name, profiles in results.items() for profile, entry in profiles.items() if not entry.get("changed")}
    return [key for key in notes if key[0] not in there or key[1] not in PROFILES
            or (key[:2] in known and key[2] not in known[key[:2]])]


def page(results, have, notes):
    """`results`: name -> profile -> entry, as results_book.py enters them; `have`: for each profile the names of the experiments that
    have it; `notes`: as read_notes() has them."""
    rows = [(name, profile, entry) for name, profiles in results.items() for profile, entry in sorted(profiles.items())]
    parts = [HEAD, summary(rows, have),
             explained("What does not hold", rows, notes, lambda verdict: verdict["outcome"] != "holds"),
             explained("What holds with less behind it", rows, notes, lambda verdict: outcome(verdict).startswith("holds;"))]
    papers = list(dict.fromkeys([*PAPERS, *(name.split("/")[0] for name in results)]))
    parts += [section(paper, [row for row in rows if row[0].split("/")[0] == paper]) for paper in papers]
    missing = sorted(set().union(*have.values()) - results.keys())
    if missing:
        parts.append("## Not run\n\n" + "\n".join(f"- `{name}`" for name in missing) + "\n")
    return "\n".join(part for part in parts if part)


def summary(rows, have):
    lines = ["| profile | experiments | claims | hold | of these with less behind it | fail | not evaluated | on one repeat | time, added up |",
             "| --- " * 9 + "|"]
    for profile in dict.fromkeys(profile for _, profile, _ in rows):
        entries = [entry for _, other, entry in rows if other == profile]
        outcomes = [verdict["outcome"] for entry in entries for verdict in entry["verdicts"]]
        less = sum(outcome(verdict).startswith("holds;") for entry in entries for verdict in entry["verdicts"])
        counts = [outcomes.count("holds"), less, outcomes.count("fails"), outcomes.count("not evaluated")]
        alone = sum(len(entry["verdicts"]) for entry in entries if entry["repeats"] == 1)
        lines.append(f"| {profile} | {len(entries)} of {len(have[profile])} | {len(outcomes)} | {' | '.join(map(str, counts))} | "
                     f"{alone} | {duration(sum(entry['seconds'] for entry in entries))} |")
    changed = sum(entry.get("changed", False) for _, _, entry in rows)
    mark = f"\n{changed} of them were run before their file was changed, and are marked *file changed since*.\n" if changed else ""
    machines = sorted({f"{entry['cpu']}, Highway's kernels for {entry['kernels']}, Basso {entry['version']}" for _, _, entry in rows})
    return "\n".join(lines) + f"\n{mark}\nMeasured on: {'; '.join(machines)}. One thread each, where no other\nnumber stands beside the time.\n"


def explained(head, rows, notes, chosen):
    """The verdicts that `chosen` takes, with the evidence; notes are of claims as the files have them now."""
    lines = []
    for name, profile, entry in rows:
        for verdict in filter(chosen, entry["verdicts"]):
            lines.append(f"- [{name}]({file_of(name)}), {picture(profile, entry)}{since(entry)}, `{verdict['claim']}` {outcome(verdict)}: "
                         f"{number(verdict['value'])}, threshold {threshold(verdict)}. {prose(verdict['detail'].removeprefix('not evaluated: '))}\n"
                         f"  {said_by(name)}: \"{statement(verdict)}\" Threshold: {prose(verdict['reason'])}")
            note = notes.get((name, profile, verdict["claim"]))
            if note and not entry.get("changed"):
                lines.append(f"  Why: {prose(note)}")
    return f"## {head}\n\n" + "\n".join(lines) + "\n" if lines else ""


def file_of(name):
    return f"../experiments/{name}.toml"


def picture(text, entry):
    return f"[{text}]({entry['figures'][0]['file']})" if entry["figures"] else text


def section(paper, rows):
    if not rows:
        return ""
    lines = [f"## {PAPERS.get(paper, paper)}", "",
             "| experiment | statement | claim | threshold | measured | verdict | time |", "| --- " * 7 + "|"]
    for name, profile, entry in rows:
        short = name.split("/")[1]
        ran = f"{picture(short, entry)}, {profile}{since(entry)}"
        for verdict in entry["verdicts"]:
            lines.append(f"| {ran} | {statement(verdict)} | [{verdict['claim']}]({file_of(name)}) | {threshold(verdict)} | "
                         f"{measured(verdict, entry['repeats'])} | {outcome(verdict)} | {taken(entry)} |")
    more = [(name.split("/")[1], profile, entry["figures"][1:]) for name, profile, entry in rows if entry["figures"][1:]]
    if more:
        lines += ["", "Further figures of the paper:", ""]
        lines += [f"- {short}, {profile}: " + ", ".join(f"[{prose(one['title'])}]({one['file']})" for one in figures)
                  for short, profile, figures in more]
    for name, profile, entry in rows:
        if "activations" in entry:
            lines += ["", f"### {name}, {profile}", "", activations_table.table(entry["activations"])]
    return "\n".join(lines) + "\n"


def since(entry):
    return ", *file changed since*" if entry.get("changed") else ""


def statement(verdict):
    """The claim's words, and whether they are known from memory only."""
    return prose(verdict["quote"]) + (" *unconfirmed*" if verdict.get("status") == "unconfirmed" else "")


def said_by(name):
    """Beyond the papers the statement is the file's own, or a question about a paper's."""
    return "Statement" if name.split("/")[0] == "beyond" else "Paper"


def threshold(verdict):
    sign = {">=": "≥", "<=": "≤"}.get(verdict["relation"], verdict["relation"])
    return f"{prose(sign)} {verdict['threshold']:.10g}"


def measured(verdict, repeats):
    low, high = verdict["spread"]
    spread = f"{number(low)} to {number(high)}, " if low is not None and low != high else ""
    # After the numbers by repeat the detail says which entry counts, and at which steps each crosses.
    evidence = verdict["detail"].partition("; ")[2]
    judged = f". Judged by this profile: {prose(verdict['reason'])}" if verdict.get("narrowed") else ""
    count = "one repeat" if repeats == 1 else f"{repeats} repeats"
    return f"{number(verdict['value'])} ({spread}{count})" + (f": {prose(evidence)}" if evidence else "") + judged


def number(value):
    """Four digits; infinities come as text, what there is not as None."""
    return "–" if value is None else value if isinstance(value, str) else f"{value:.4g}"


def outcome(verdict):
    """Bold where it does not hold; where it does, what it leaves open."""
    if verdict["outcome"] != "holds":
        return f"**{verdict['outcome']}**"
    less = [crossings(verdict["detail"])] if verdict["kind"] == "order" else []
    if any(not holds(float(end), verdict) for end in verdict["spread"] if end is not None):
        less.append("a quartile does not")
    if isinstance(verdict["value"], str):
        less.append("never crossed")
    return "; ".join(["holds", *filter(None, less)])


def crossings(detail):
    """"1 of 3 cross", "" where all do; out of "median crossing steps of 0.1 by frequency: 3 at 580, 22 never (...), 35 never"."""
    lines = detail.split("median crossing steps", 1)[1].split(": ", 1)[1].split(", ")
    crossing = sum(" never" not in line for line in lines)
    return "" if crossing == len(lines) else f"{crossing} of {len(lines)} cross"


def holds(value, verdict):
    return {"<": value < verdict["threshold"], "<=": value <= verdict["threshold"], ">": value > verdict["threshold"],
            ">=": value >= verdict["threshold"]}[verdict["relation"]]


def taken(entry):
    """The time by the clock; results of before threads were entered are of one."""
    threads = entry.get("threads", 1)
    return duration(entry["seconds"]) + (f", {threads} threads" if threads > 1 else "")


def duration(seconds):
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def prose(text):
    """Text whose signs Markdown would read as markup, on one line."""
    return re.sub(r"([*_<>\\\[\]|])", r"\\\1", " ".join(text.split()))
