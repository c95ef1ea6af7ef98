"""One experiment file with one profile, and its run under runs/reproduce. Imported by scripts/reproduce.py."""
import hashlib
import itertools
import json
import re
import subprocess
import sys
import tempfile
import time
import tomllib


def say(text):
    try:
        print(f"reproduce: {text}", file=sys.stderr, flush=True)
    except OSError:
        pass  # the terminal is gone: what runs must be stopped, and what has run be written, all the same


def files(root):
    return sorted(root.glob("experiments/*/*.toml"))


def name_of(path):
    return f"{path.parent.name}/{path.stem}"


# Of a claim: what is said about it, by the paper and by its file.
WORDS = ("quote", "reason", "status")


def measurement(config):
    """What a run's numbers come from: all of its description but claims and figures."""
    return {key: value for key, value in config.items() if key not in ("claim", "figure")}


def settings(config):
    """What its verdicts come from: the measurement and the claims, but for their words."""
    claims = [{key: value for key, value in claim.items() if key not in WORDS} for claim in config.get("claim", [])]
    return measurement(config) | {"claim": claims}


USAGE, CLAIM_FAILED = 2, 5  # basso's exit statuses

# What reading a run that something has damaged may throw.
DAMAGE = (OSError, ValueError, KeyError, TypeError)


def complaint(said):
    """What basso said was wrong: its first message that is not about progress, with all its lines."""
    messages = [message.strip() for message in re.split("^basso: ", said, flags=re.M)[1:] if " %)" not in message]
    return messages[0] if messages else "it ended without a word"


class Experiment:
    """One file with one profile, and its run."""

    def __init__(self, path, root, basso, profile):
        self.path = path
        self.name = name_of(path)
        self.basso = basso
        self.profile = profile
        self.runs = root / "runs" / "reproduce"
        self.threads = 1
        self.process = None
        self.stopped = False
        self.had_finished = False  # before this call
        self.begun = 0.0     # of the clock, in seconds
        self.share = 0.0     # of the steps done, from basso's own progress
        self.first = None    # (time, share) of its first progress: what was done before is not of this pace
        self.verdicts = []   # of the claims as the file has them now
        self.trouble = ""    # why there is no result
        self.undrawn = ""    # why its picture is not that of the file

    def options(self):
        return [] if self.profile == "full" else ["--profile", self.profile]

    def has_profile(self):
        """The authors' code and a first version are told apart where they differ; that each file has the others is basso's to check."""
        try:
            return self.profile in ("reduced", "full") or self.profile in tomllib.loads(self.path.read_text()).get("profile", {})
        except tomllib.TOMLDecodeError:
            return True  # basso says what is wrong with it

    def describe(self):
        """The settings with every default filled in."""
        shown = subprocess.run([self.basso, "config", "show", self.path, *self.options()], capture_output=True, text=True)
        if shown.returncode != 0:
            self.trouble = complaint(shown.stderr)
            return
        self.description = shown.stdout
        self.config = tomllib.loads(shown.stdout)
        # Claims of which the profile judges less than the paper's settings do: it gives a reason of its own.
        own = tomllib.loads(self.path.read_text()).get("profile", {}).get(self.profile, {}).get("claim", {})
        self.narrowed = [name for name, changes in own.items() if "reason" in changes]

    def resolve(self):
        """The run directory is named after the description, so that other settings get another one."""
        self.describe()
        if self.trouble:
            return
        self.hash = hashlib.sha256(self.description.encode()).hexdigest()[:12]
        self.folder = self.runs / f"{self.name}-{self.profile}-{self.hash}"
        if not self.folder.exists():
            self.folder = self.measured_alike() or self.folder

    def settings_hash(self):
        return hashlib.sha256(json.dumps(settings(self.config), sort_keys=True).encode()).hexdigest()[:12]

    def has_run(self, folder):
        """Whether the run in this folder measured what the file says now."""
        return measurement(tomllib.loads((folder / "config.resolved.toml").read_text())) == measurement(self.config)

    def measured_alike(self):
        """A run whose description differs in claims and figures alone, a finished one first: its numbers are this experiment's."""
        alike = {}
        for path in sorted(self.runs.glob(f"{self.name}-{self.profile}-*/manifest.json")):
            try:
                if self.has_run(path.parent):
                    alike.setdefault(json.loads(path.read_text())["state"] == "finished", path.parent)
            except DAMAGE:
                continue  # no run to go on from
        return alike.get(True, alike.get(False))

    def manifest(self):
        path = self.folder / "manifest.json"
        return json.loads(path.read_text()) if path.exists() else {"state": "absent"}

    def is_finished(self):
        """Whether nothing is left to run, as far as can be told before its turn."""
        try:
            return not self.trouble and self.manifest()["state"] == "finished" and self.has_run(self.folder)
        except DAMAGE:
            return False

    def run(self):
        """What is there is finished, goes on, or is begun anew where `basso resume` says so, as after another build; then judged."""
        state = self.manifest()["state"]
        if state != "absent" and not self.has_run(self.folder):
            self.set_aside("the file was edited while this run waited for its turn")
        elif state == "finished":
            if self.judge() != USAGE:
                return
            self.set_aside(f"it has not recorded what the claims ask for: {self.trouble}")
        elif state != "absent":
            self.follow(["resume", self.folder])
            if "start a new run instead" in self.trouble:
                self.set_aside(self.trouble)
        if self.manifest()["state"] == "absent":
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.follow(["run", self.path, *self.options(), "--out", self.folder])
        if self.manifest()["state"] == "finished":
            if self.has_run(self.folder):
                self.judge()
            else:
                self.trouble = "the file was edited while it waited for its turn: call again"

    def set_aside(self, why):
        """What cannot go on, or is of other settings, is kept; another build's run can go on with the build that began it."""
        kept = self.runs / "set-aside" / self.folder.relative_to(self.runs)
        kept = next(path for path in (kept.with_name(f"{kept.name}-{n}") for n in itertools.count(1)) if not path.exists())
        kept.parent.mkdir(parents=True, exist_ok=True)
        self.folder.rename(kept)
        self.had_finished = False
        say(f"{self.name}: begins anew; what was there is kept in {kept}: {why}")

    def judge(self):
        """The verdicts on the claims as the experiment's file has them now; returns basso's exit status."""
        self.trouble = ""
        if not self.config.get("claim"):
            return 0
        judged = self.described("check", "--json", "--claims")
        if judged.returncode in (0, CLAIM_FAILED):
            self.verdicts = json.loads(judged.stdout)
        else:
            self.trouble = complaint(judged.stderr)
        return judged.returncode

    def draw(self):
        """The figures as the experiment's file has them now, by the present code."""
        if not self.config.get("figure"):
            return
        drawn = self.described("plot", "--figures")
        if drawn.returncode != 0:
            self.undrawn = complaint(drawn.stderr)
            say(f"{self.name}: {self.undrawn}")

    def described(self, verb, *options):
        """basso's answer about the run, with the description as the file that the last option names."""
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write(self.description)
            file.flush()
            answer = subprocess.run([self.basso, verb, self.folder, *options, file.name], capture_output=True, text=True)
        answer.stderr = answer.stderr.replace(file.name, f"{self.path} (as basso config show prints it)")
        return answer

    def stop(self):
        """A run stops at its next recording and can go on; one that has not begun does not begin."""
        self.stopped = True
        if self.process:
            self.process.terminate()

    def follow(self, command):
        # In a process group of its own: the terminal's Ctrl-C would be a second signal, which ends a run at once.
        self.process = subprocess.Popen([self.basso, *command, "--threads", str(self.threads)], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, process_group=0)
        if self.stopped:
            self.process.terminate()
        said = ""
        for line in self.process.stderr:
            said += line
            if progress := re.search(r"\((\d+) %\)", line):
                self.share = int(progress[1]) / 100
                self.first = self.first or (time.monotonic(), self.share)
        self.trouble = "" if self.process.wait() == 0 else complaint(said)
