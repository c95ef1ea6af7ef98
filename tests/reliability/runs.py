"""What the other programs of this folder compare a run with: an uninterrupted one."""
import json
import pathlib
import sys

import numpy


def fail(text):
    sys.exit("FAILED: " + text)


class Reference:
    """The uninterrupted run."""

    def __init__(self, directory):
        self.series = {file.name: file.read_bytes() for file in (directory / "series").iterdir()}
        self.index = json.loads((directory / "series.json").read_text())
        self.arrays = {file.name: numpy.load(file) for file in (directory / "series").iterdir()}

    def check_whole(self, directory, but=()):
        """`but`: how names of series begin that are not compared."""
        found = {file.name: file.read_bytes() for file in (directory / "series").iterdir()}
        for name in sorted(set(found) | set(self.series)):
            if not name.startswith(but) and found.get(name) != self.series.get(name):
                fail(f"series/{name} differs from that of the uninterrupted run")

    def check_partial(self, directory, but=()):
        """What is recorded is true; nothing else is promised."""
        load = {name: numpy.load(directory / "series" / name) for name in self.series}
        steps = {s["name"]: s for s in self.index["series"]}
        recorded, ended = load["recorded.npy"], load["ended.npy"]
        moments = sorted({step for s in steps.values() if s["when"] == "recording"
                          for step in self.axis(s, "recording")})
        for job in numpy.ndindex(recorded.shape):
            count = int(recorded[job])
            last = moments[count - 1] if count > 0 else -1
            if not numpy.isnan(ended[job]):
                last = moments[-1]
            for s in steps.values():
                name = pathlib.Path(s["file"]).name
                if name.startswith(but):
                    continue
                got, wanted = load[name][job], self.arrays[name][job]
                if s["when"] == "recording":
                    true = sum(step <= last for step in self.axis(s, "recording"))
                    got, wanted = got[:true], wanted[:true]
                elif last < (moments[0] if s["when"] == "once" else moments[-1]):
                    continue
                if got.tobytes() != wanted.tobytes():
                    fail(f"series/{name}, job {job}: not true as far as recorded.npy says ({count} recordings)")

    @staticmethod
    def axis(series, name):
        return next(axis["values"] for axis in series["axes"] if axis["name"] == name)
