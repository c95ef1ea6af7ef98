"""docs/results.json and the page made of it: for each experiment and profile the latest result. Imported by scripts/reproduce.py."""
import fcntl
import json
import os
import re
import sys

import activations_table
import results_page
from experiment_run import WORDS, Experiment, files, name_of, say

# In a figure's title.
PAPERS_FIGURE = re.compile(r"\bFig \d")


def replace(path, content):
    """At once: whoever interrupts it, or a full disk, leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_bytes(content)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def pictures(results):
    return {one["file"] for profiles in results.values() for entry in profiles.values() for one in entry["figures"]}


class Book:
    """The results of this call and of earlier ones."""

    def __init__(self, root, basso):
        self.root = root
        self.basso = basso
        self.docs = root / "docs"
        self.results = self.earlier()
        self.entered = {}
        self.notes = results_page.read_notes(self.docs / "results-notes.toml")

    def earlier(self):
        path = self.docs / "results.json"
        try:
            results = json.loads(path.read_text()) if path.exists() else {}
            if all("verdicts" in entry and "figures" in entry for profiles in results.values() for entry in profiles.values()):
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
        manifest = experiment.manifest()
        claims = {claim["name"]: claim for claim in experiment.config.get("claim", [])}
        entry = {
            "title": manifest["title"],
            "source": manifest["source"],
            "config": experiment.hash,
            "settings": experiment.settings_hash(),
            "cpu": manifest["host"]["cpu"],
            "kernels": manifest["host"]["kernels"],
            "version": manifest["basso"]["version"],
            "commit": manifest["basso"]["commit"],
            "date": manifest["finished"][:10],
            "seconds": round(manifest["seconds"], 1),
            "threads": manifest["host"]["threads"],
            "repeats": manifest["repeats"],
            "figures": self.keep_figures(experiment),
            "verdicts": [verdict | {"relation": claims[verdict["claim"]].get("relation", ">=")} |
                         self.words(experiment, verdict["claim"]) for verdict in experiment.verdicts],
        }
        if experiment.name == activations_table.EXPERIMENT:
            entry["activations"] = activations_table.rows(experiment.folder, experiment.verdicts)
        self.entered[experiment.name, experiment.profile] = entry

    def keep_figures(self, experiment):
        """Copies the first figure of the file and those that show a paper's, to be laid beside it, to where the page can show them."""
        kept = []
        if experiment.undrawn:
            return kept
        for index, figure in enumerate(experiment.config.get("figure", [])):
            picture = experiment.folder / "figures" / f"{figure['name']}.png"
            if picture.exists() and (index == 0 or PAPERS_FIGURE.search(figure.get("title", ""))):
                name = f"{experiment.name.replace('/', '-')}-{experiment.profile}{'-' + figure['name'] if index else ''}.png"
                replace(self.docs / "images" / "results" / name, picture.read_bytes())
                kept.append({"title": figure.get("title", figure["name"]), "file": f"images/results/{name}"})
        return kept

    def write(self):
        """Both files, with what another call has entered meanwhile; experiments that are no longer there go."""
        self.docs.mkdir(parents=True, exist_ok=True)
        folder = os.open(self.docs, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            results = self.earlier()
            before = pictures(results)
            for (name, profile), entry in self.entered.items():
                results.setdefault(name, {})[profile] = entry
            there = {name_of(path): path for path in files(self.root)}
            results = {name: results[name] for name in sorted(results) if name in there}
            for name, profiles in results.items():
                for profile, entry in profiles.items():
                    self.refresh(entry, Experiment(there[name], self.root, self.basso, profile))
            replace(self.docs / "results.json", (json.dumps(results, indent=1, ensure_ascii=False) + "\n").encode())
            for name, profile, claim in results_page.stray_notes(self.notes, results, there):
                say(f"results-notes.toml explains {name}, {profile}, {claim}: no such verdict, or it holds; take the note out")
            have = {profile: [name for name, path in there.items() if Experiment(path, self.root, self.basso, profile).has_profile()]
                    for profile in results_page.PROFILES}
            for gone in before - pictures(results):
                (self.docs / gone).unlink(missing_ok=True)
            replace(self.docs / "results.md", results_page.page(results, have, self.notes).encode())
        finally:
            os.close(folder)
        say(f"{self.docs / 'results.md'} written")

    def refresh(self, entry, experiment):
        """Marks a result whose file has other settings, or claims something else, than when it was run, else gives it the
        words that the file has now. Where basso cannot tell, as without its data, it stays what it was."""
        experiment.describe()
        if experiment.trouble and experiment.has_profile():
            entry.setdefault("changed", False)
            return
        entry["changed"] = bool(experiment.trouble) or experiment.settings_hash() != entry.get("settings")
        if not entry["changed"]:
            entry["verdicts"] = [verdict | self.words(experiment, verdict["claim"]) for verdict in entry["verdicts"]]

    def words(self, experiment, name):
        """What the file says about a claim, and whether this profile judges less than the paper's settings do."""
        claim = next(one for one in experiment.config["claim"] if one["name"] == name)
        return {word: claim.get(word, "") for word in WORDS} | {"narrowed": name in experiment.narrowed}
