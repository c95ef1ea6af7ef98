#!/usr/bin/env python3
"""Runs experiments side by side and collects their verdicts; the working part of scripts/reproduce, which says how to call it.

usage: scripts/reproduce.py --root FOLDER --basso FILE --profile reduced|code|full --jobs N [--] [PATTERN]...

FOLDER has experiments/*/*.toml. Runs go to FOLDER/runs/reproduce, results to FOLDER/docs/results.json (the data),
docs/results.md (the page) and docs/images/results (each experiment's first figure). docs/results-notes.toml, kept by hand, says
why claims do not hold. Results of experiments that are not asked for stay as they are. Needs Python's standard library only.
"""
import argparse
import concurrent.futures
import fnmatch
import hashlib
import itertools
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib

import activations_table
import results_page


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n")[2].removeprefix("usage: "))
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--basso", type=pathlib.Path, required=True)
    parser.add_argument("--profile", choices=results_page.PROFILES, required=True)
    parser.add_argument("--jobs", type=int, required=True)
    parser.add_argument("pattern", nargs="*")
    arguments = parser.parse_args()

    chosen = [one for one in (Experiment(path, arguments) for path in files(arguments.root)) if not arguments.pattern or any(
        fnmatch.fnmatchcase(one.name, f"*{pattern}*") for pattern in arguments.pattern)]
    chosen = [one for one in chosen if one.has_profile()]
    if not chosen:
        sys.exit(f"reproduce: no file asked for has a profile {arguments.profile}")
    book = Book(arguments.root)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run_all(chosen, arguments.jobs, book)
    except KeyboardInterrupt:
        say("interrupted; the next call goes on from here")
        return 130
    except OSError as error:
        sys.exit(f"reproduce: {error}; what has run is kept, and the next call writes it")
    return 1 if any(one.trouble for one in chosen) else 0


def say(text):
    print(f"reproduce: {text}", file=sys.stderr, flush=True)


def files(root):
    return sorted(root.glob("experiments/*/*.toml"))


def name_of(path):
    return f"{path.parent.name}/{path.stem}"


# Of a claim: what is said about it, by the paper and by its file.
WORDS = ("quote", "reason")


class Experiment:
    """One file with one profile, and its run."""

    def __init__(self, path, arguments):
        self.path = path
        self.name = name_of(path)
        self.basso = arguments.basso
        self.profile = arguments.profile
        self.runs = arguments.root / "runs" / "reproduce"
        self.process = None
        self.share = 0.0     # of the steps done, from basso's own progress
        self.trouble = ""    # why there is no result

    def options(self):
        return [] if self.profile == "full" else ["--profile", self.profile]

    def has_profile(self):
        """The authors' code is told apart from the paper where it differs; that each file has the others is basso's to check."""
        try:
            return self.profile != "code" or "code" in tomllib.loads(self.path.read_text()).get("profile", {})
        except tomllib.TOMLDecodeError:
            return True  # basso says what is wrong with it

    def narrowed(self):
        """Claims of which the profile judges less than the paper's settings do: it gives a reason of its own."""
        own = tomllib.loads(self.path.read_text()).get("profile", {}).get(self.profile, {}).get("claim", {})
        return [name for name, changes in own.items() if "reason" in changes]

    def resolve(self):
        """The run directory is named after the settings with every default filled in, so that others get another one."""
        shown = subprocess.run([self.basso, "config", "show", self.path, *self.options()], capture_output=True, text=True)
        if shown.returncode != 0:
            self.trouble = complaint(shown.stderr)
            return
        self.description = shown.stdout
        self.config = tomllib.loads(shown.stdout)
        self.hash = hashlib.sha256(shown.stdout.encode()).hexdigest()[:12]
        self.folder = self.runs / f"{self.name}-{self.profile}-{self.hash}"
        if not self.folder.exists():
            self.folder = self.measured_alike() or self.folder

    def measured_alike(self):
        """A run of settings that differ in figures and words alone, a finished one first: its numbers are this experiment's."""
        def measured(config):
            claims = [{key: value for key, value in claim.items() if key not in WORDS} for claim in config.get("claim", [])]
            return {key: value for key, value in config.items() if key != "figure"} | {"claim": claims}
        alike = {}
        for path in sorted(self.runs.glob(f"{self.name}-{self.profile}-*/manifest.json")):
            try:
                if measured(tomllib.loads(path.with_name("config.resolved.toml").read_text())) == measured(self.config):
                    alike.setdefault(json.loads(path.read_text())["state"] == "finished", path.parent)
            except (OSError, ValueError):
                continue  # damaged: no run to go on from
        return alike.get(True, alike.get(False))

    def manifest(self):
        path = self.folder / "manifest.json"
        return json.loads(path.read_text()) if path.exists() else {"state": "absent"}

    def run(self):
        """What is there is finished, goes on, or is begun anew where `basso resume` says so, as after another build."""
        self.begun = time.monotonic()
        state = self.manifest()["state"]
        if state == "finished":
            return
        if state != "absent":
            self.follow(["resume", self.folder])
            if "start a new run instead" in self.trouble:
                self.set_aside()
        if self.manifest()["state"] == "absent":
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.follow(["run", self.path, *self.options(), "--out", self.folder])
        if self.manifest()["state"] == "finished":
            self.trouble = ""

    def set_aside(self):
        """Another build's run cannot go on with this one, but with the build that began it."""
        kept = self.runs / "set-aside" / self.folder.relative_to(self.runs)
        kept = next(path for path in (kept.with_name(f"{kept.name}-{n}") for n in itertools.count(1)) if not path.exists())
        kept.parent.mkdir(parents=True, exist_ok=True)
        self.folder.rename(kept)
        say(f"{self.name}: begins anew; another build began the run that is kept in {kept}")

    def draw(self):
        """The figures as the experiment's file has them now, by the present code."""
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write(self.description)
            file.flush()
            drawn = subprocess.run([self.basso, "plot", self.folder, "--figures", file.name], capture_output=True, text=True)
        if drawn.returncode != 0:
            say(f"{self.name}: {complaint(drawn.stderr)}")

    def stop(self):
        """A run stops at its next recording and can go on."""
        if self.process:
            self.process.terminate()

    def follow(self, command):
        # In a process group of its own: the terminal's Ctrl-C would be a second signal, which ends a run at once.
        self.process = subprocess.Popen([self.basso, *command, "--threads", "1"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, process_group=0)
        said = ""
        for line in self.process.stderr:
            said += line
            if progress := re.search(r"\((\d+) %\)", line):
                self.share = int(progress[1]) / 100
        self.trouble = "" if self.process.wait() == 0 else complaint(said)


def complaint(said):
    """What basso said was wrong: its first message that is not about progress, with all its lines."""
    messages = [message.strip() for message in re.split("^basso: ", said, flags=re.M)[1:] if " %)" not in message]
    return messages[0] if messages else "it ended without a word"


def run_all(experiments, jobs, book):
    """Side by side, the longest first, as far as earlier results tell."""
    for one in experiments:
        one.resolve()
        one.expected = book.seconds(one)
        if one.trouble:
            say(f"{one.name} cannot be run: {one.trouble}")
    waiting = sorted((one for one in experiments if not one.trouble), key=lambda one: -one.expected)
    clock = Clock(waiting, jobs)

    def work(one):
        clock.start(one)
        try:
            one.run()
            if not one.trouble and one.config.get("figure"):
                one.draw()
        except (OSError, ValueError) as error:
            one.trouble = f"{one.folder}: {error}"
        clock.end(one)
        return one

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        pending = {pool.submit(work, one) for one in waiting}
        try:
            while pending:
                ended, pending = concurrent.futures.wait(pending, timeout=60, return_when=concurrent.futures.FIRST_COMPLETED)
                for future in ended:
                    book.enter(future.result())
                    clock.show(future.result())
                if not ended:
                    clock.show()
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for one in clock.running:
                one.stop()
            raise
        finally:
            book.write()


class Clock:
    """How far all of them are."""

    def __init__(self, waiting, jobs):
        self.waiting = list(waiting)
        self.total = len(waiting)
        self.jobs = jobs
        self.begun = time.monotonic()
        self.running, self.done = [], []

    def start(self, one):
        self.waiting.remove(one)
        self.running.append(one)

    def end(self, one):
        self.running.remove(one)
        self.done.append(one)

    def left(self):
        """Seconds: what runs goes on at its pace, what waits takes as long as it did before."""
        seconds = sum(one.expected for one in self.waiting)
        for one in self.running:
            elapsed = time.monotonic() - one.begun
            seconds += elapsed * (1 / one.share - 1) if one.share > 0 else max(0.0, one.expected - elapsed)
        return seconds / self.jobs

    def show(self, ended=None):
        head = ""
        if ended:
            verdicts = [] if ended.trouble else [verdict["outcome"] for verdict in ended.manifest()["verdicts"]]
            counts = ", ".join(f"{verdicts.count(word)} {word}" for word in dict.fromkeys(verdicts))
            outcome = "not run" if ended.trouble else counts
            head = f"{ended.name}: {outcome}; "
        running = ", ".join(f"{one.name} {one.share:.0%}" for one in self.running)
        say(f"{head}{len(self.done)} of {self.total} done in {results_page.duration(time.monotonic() - self.begun)}, "
            f"about {results_page.duration(self.left())} left{'; running ' + running if running else ''}")


class Book:
    """docs/results.json: for each experiment and profile the latest result, in this or an earlier call."""

    def __init__(self, root):
        self.root = root
        self.docs = root / "docs"
        self.results = self.earlier()
        self.entered = {}
        self.notes = results_page.read_notes(self.docs / "results-notes.toml")

    def earlier(self):
        path = self.docs / "results.json"
        try:
            results = json.loads(path.read_text()) if path.exists() else {}
            if all("verdicts" in entry for profiles in results.values() for entry in profiles.values()):
                return results
        except (ValueError, AttributeError, TypeError):
            pass
        sys.exit(f"reproduce: {path} is damaged: expected what an earlier call wrote; put it back, or take it away, which begins "
                 "a new page")

    def seconds(self, experiment):
        """The time it took before, else the mean of the others."""
        known = {name: entry[experiment.profile]["seconds"] for name, entry in self.results.items() if experiment.profile in entry}
        return known.get(experiment.name, sum(known.values()) / len(known) if known else 120.0)

    def enter(self, experiment):
        if experiment.trouble:
            say(f"{experiment.name} could not be run: {experiment.trouble}")
            return
        manifest = experiment.manifest()
        claims = {claim["name"]: claim for claim in experiment.config.get("claim", [])}
        self.entered[experiment.name, experiment.profile] = entry = {
            "title": manifest["title"],
            "source": manifest["source"],
            "config": experiment.hash,
            "cpu": manifest["host"]["cpu"],
            "kernels": manifest["host"]["kernels"],
            "version": manifest["basso"]["version"],
            "date": manifest["finished"][:10],
            "seconds": round(manifest["seconds"], 1),
            "threads": manifest["host"]["threads"],
            "repeats": manifest["repeats"],
            "figure": self.keep_figure(experiment),
            "verdicts": [{**verdict, "relation": claims[verdict["claim"]].get("relation", ">="),
                          **{word: claims[verdict["claim"]].get(word, "") for word in WORDS},
                          "narrowed": verdict["claim"] in experiment.narrowed()} for verdict in manifest["verdicts"]],
        }
        if experiment.name == activations_table.EXPERIMENT:
            entry["activations"] = activations_table.rows(experiment.folder, manifest["verdicts"])

    def keep_figure(self, experiment):
        """The first figure of the file, the one to lay beside the paper's, copied to where the page can show it."""
        figures = experiment.config.get("figure", [])
        picture = experiment.folder / "figures" / f"{figures[0]['name']}.png" if figures else None
        if not picture or not picture.exists():
            return ""
        kept = self.docs / "images" / "results" / f"{experiment.name.replace('/', '-')}-{experiment.profile}.png"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(picture, kept)
        return str(kept.relative_to(self.docs))

    def write(self):
        """Both files, with what another call has entered meanwhile; experiments that are no longer there go."""
        results = self.earlier()
        for (name, profile), entry in self.entered.items():
            results.setdefault(name, {})[profile] = entry
        there = {name_of(path) for path in files(self.root)}
        results = {name: results[name] for name in sorted(results) if name in there}
        self.docs.mkdir(parents=True, exist_ok=True)
        self.replace("results.json", json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        missing = sorted(there - results.keys())
        for name, profile, claim in results_page.stray_notes(self.notes, results, there):
            say(f"results-notes.toml explains {name}, {profile}, {claim}: no such verdict, or it holds; take the note out")
        self.replace("results.md", results_page.page(results, missing, self.notes))
        say(f"{self.docs / 'results.md'} written")

    def replace(self, name, text):
        """At once: whoever interrupts it finds the old file or the new one."""
        new = self.docs / f"{name}.new"
        new.write_text(text)
        new.replace(self.docs / name)


if __name__ == "__main__":
    sys.exit(main())
