#!/usr/bin/env python3
"""Runs experiments side by side and collects their verdicts; the working part of scripts/reproduce, which says how to call it.

usage: scripts/reproduce.py --root FOLDER --basso FILE --profile NAME --jobs N [--] [PATTERN]...

FOLDER has experiments/*/*.toml; a PATTERN is of whole names, as rahaman2019/exp1-equal. Runs go to FOLDER/runs/reproduce, results
to FOLDER/docs/results.json (the data), docs/results.md (the page) and docs/images/results (each experiment's first figure, and those
that show a paper's). docs/results-notes.toml, kept by hand, says why claims do not hold. Results of experiments that are not asked for
stay as they are. Needs Python's standard library only.
"""
import argparse
import concurrent.futures
import fnmatch
import pathlib
import signal
import sys
import time

import results_page
from experiment_run import DAMAGE, Experiment, files, name_of, say
from results_book import Book


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n")[2].removeprefix("usage: "))
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--basso", type=pathlib.Path, required=True)
    parser.add_argument("--profile", choices=results_page.PROFILES, required=True)
    parser.add_argument("--jobs", type=int, required=True)
    parser.add_argument("pattern", nargs="*", help="of names, as rahaman2019/exp1-equal; may hold * and ?")
    arguments = parser.parse_args()

    chosen = [Experiment(path, arguments.root, arguments.basso, arguments.profile) for path in files(arguments.root)]
    chosen = [one for one in chosen if one.has_profile() and (not arguments.pattern or any(
        fnmatch.fnmatchcase(one.name, pattern) for pattern in arguments.pattern))]
    if not chosen:
        have = [name_of(path) for path in files(arguments.root) if Experiment(path, arguments.root, "", arguments.profile).has_profile()]
        sys.exit(f"reproduce: no file asked for has a profile {arguments.profile}; these have: {', '.join(have) or 'none'}")
    book = Book(arguments.root, arguments.basso)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        run_all(chosen, arguments.jobs, book)
    except KeyboardInterrupt:
        say("interrupted; the next call goes on from here")
        return 130
    except OSError as error:
        sys.exit(f"reproduce: {error}; what has run is kept, and the next call writes it")
    return 1 if any(one.trouble or one.undrawn for one in chosen) else 0


def attempt(one, action):
    """What goes wrong with one experiment's run is said of it; the others go on."""
    try:
        action()
    except OSError as error:
        one.trouble = str(error)
    except DAMAGE as error:
        what = f"a file lacks {error}" if isinstance(error, KeyError) else error
        one.trouble = f"{one.folder} is damaged ({what}): take the folder away, and call again to have it run anew"


def run_all(experiments, jobs, book):
    """Side by side, the longest first, as far as earlier results tell."""
    for one in experiments:
        one.resolve()
        one.had_finished = one.is_finished()
        one.expected = 0.0 if one.had_finished else book.seconds(one)
        if one.trouble:
            say(f"{one.name} cannot be run: {one.trouble}")
    waiting = sorted((one for one in experiments if not one.trouble), key=lambda one: -one.expected)
    for one in waiting:
        one.threads = max(1, jobs // len(waiting))
    clock = Clock(waiting, jobs)

    def work(one):
        clock.start(one)
        attempt(one, one.run)
        if not one.trouble:
            attempt(one, one.draw)
        clock.end(one)
        return one

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        pending = {pool.submit(work, one) for one in waiting}
        try:
            while pending:
                ended, pending = concurrent.futures.wait(pending, timeout=60, return_when=concurrent.futures.FIRST_COMPLETED)
                for one in (future.result() for future in ended):
                    if not one.trouble:
                        attempt(one, lambda: book.enter(one))
                    if one.trouble:
                        say(f"{one.name} could not be run: {one.trouble}")
                    clock.show(one)
                if not ended:
                    clock.show()
        except BaseException:  # whatever it is, what waits must not run unseen, and the page be written
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that is closed sends it more than once
            pool.shutdown(wait=False, cancel_futures=True)
            for one in waiting:
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
        one.begun = time.monotonic()
        self.waiting.remove(one)
        self.running.append(one)

    def end(self, one):
        self.running.remove(one)
        self.done.append(one)

    def left(self):
        """Seconds: what runs goes on at its pace, what waits takes as long as it did before."""
        seconds = [one.expected for one in self.waiting]
        for one in list(self.running):
            begun, before = one.first or (one.begun, 0.0)
            elapsed, made = time.monotonic() - begun, one.share - before
            seconds.append(elapsed * (1 - one.share) / made if made > 0 else max(0.0, one.expected - elapsed))
        return max(sum(seconds) / self.jobs, max(seconds, default=0.0))

    def show(self, ended=None):
        head = ""
        if ended:
            verdicts = [verdict["outcome"] for verdict in ended.verdicts]
            counts = ", ".join(f"{verdicts.count(word)} {word}" for word in dict.fromkeys(verdicts))
            outcome = "not run" if ended.trouble else f"had finished; {counts}" if ended.had_finished else counts
            head = f"{ended.name}: {outcome}; "
        running = ", ".join(f"{one.name} {one.share:.0%}" for one in self.running)
        say(f"{head}{len(self.done)} of {self.total} done in {results_page.duration(time.monotonic() - self.begun)}, "
            f"about {results_page.duration(self.left())} left{'; running ' + running if running else ''}")


if __name__ == "__main__":
    sys.exit(main())
