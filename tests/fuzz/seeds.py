"""Writes small sound inputs for each fuzz target. usage: seeds.py FOLDER"""
import gzip
import io
import json
import pathlib
import struct
import sys
import zlib

import numpy

out = pathlib.Path(sys.argv[1])


def write(target, name, content):
    folder = out / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


# ---- IDX: a type and a shape, big-endian ----

def idx(kind, array):
    return struct.pack(f">HBB{array.ndim}I", 0, kind, array.ndim, *array.shape) + array.tobytes()


images = numpy.arange(2 * 3 * 4, dtype="u1").reshape(2, 3, 4)
for kind, dtype in [(8, "u1"), (9, "i1"), (11, ">i2"), (12, ">i4"), (13, ">f4"), (14, ">f8")]:
    write("idx", f"type-{kind}", idx(kind, images.astype(dtype)))
write("idx", "one-dimension", idx(8, images.ravel()))
write("idx", "gzip", gzip.compress(idx(8, images), mtime=0))
write("idx", "two-members", gzip.compress(idx(8, images)[:10], mtime=0) + gzip.compress(idx(8, images)[10:], mtime=0))

# ---- images ----


def png(bits, colour, rows, extra=b""):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    header = struct.pack(">IIBBBBB", 4, len(rows), bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(
        b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))) + chunk(b"IEND", b"")


for bits in (1, 2, 4, 8, 16):
    write("image", f"png-{bits}", png(bits, 0, [bytes(range(i, i + max(1, bits // 2))) for i in (0, 7)]))
write("image", "png-rgb", png(8, 2, [bytes(range(12))] * 2))
write("image", "pgm-plain", "P2\n# a comment\n3 2\n255\n0 1 2\n253 254 255\n")
write("image", "pgm-raw", b"P5 3 2 255\n" + bytes(range(6)))
write("image", "pgm-16", b"P5 3 2 65535\n" + bytes(range(12)))

# ---- CSV ----

write("csv", "header", "x,y\n0.5,1\n-1e3,nan\n")
write("csv", "plain", "1,2\r\n3,4\r\n")
write("csv", "blanks", "# a comment\n x ; y \n1 ; 2\n\n")
write("csv", "quoted", '"x, y","z"\n1,2\n')

# ---- npy, npz ----


def npy(array, version=None):
    stream = io.BytesIO()
    numpy.lib.format.write_array(stream, array, version)
    return stream.getvalue()


for dtype in ("f8", "f4", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?"):
    write("npy", dtype.replace("?", "bool"), npy(numpy.arange(6).reshape(2, 3).astype(dtype)))
write("npy", "fortran", npy(numpy.asfortranarray(numpy.arange(24.0).reshape(2, 3, 4))))
write("npy", "number", npy(numpy.array(1.5)))
write("npy", "empty", npy(numpy.zeros((0, 3))))
write("npy", "version-2", npy(numpy.arange(3.0), (2, 0)))
write("npy", "version-3", npy(numpy.arange(3.0), (3, 0)))

arrays = {"W1": numpy.ones((3, 1)), "b1": numpy.zeros(3, "f4")}
for name, save in (("stored", numpy.savez), ("deflated", numpy.savez_compressed)):
    stream = io.BytesIO()
    save(stream, **arrays)
    write("npz", name, stream.getvalue())
write("npz", "no-entries", b"PK\5\6" + bytes(18))

# ---- CIFAR-10: a label, then 3072 pixels ----

record = bytes(range(256)) * 12
write("cifar", "one", b"\3" + record)
write("cifar", "two", b"\0" + record + b"\11" + record)

# ---- plugins ----


def elf(notes):
    def note(text, owner=b"Basso\0", kind=1):
        text = text.encode() + b"\0"
        pad = lambda part: part + bytes(-len(part) % 4)
        return struct.pack("<III", len(owner), len(text), kind) + pad(owner) + pad(text)
    section = b"".join(note(text) for text in notes)
    names = b"\0.note.basso\0.shstrtab\0"
    at = 64 + len(section)
    at += -at % 8
    head = struct.pack("<4sBBBBB7xHHIQQQIHHHHHH", b"\x7fELF", 2, 1, 1, 0, 0, 3, 62, 1, 0, 0, at + len(names) + -len(names) % 8,
                       0, 64, 56, 0, 64, 3, 2)
    body = head + section
    body += bytes(at - len(body)) + names + bytes(-len(names) % 8)
    for name, kind, offset, size in [(0, 0, 0, 0), (1, 7, 64, len(section)), (13, 3, at, len(names))]:
        body += struct.pack("<IIQQQQIIQQ", name, kind, 0, 0, offset, size, 0, 0, 4, 0)
    return body


write("elf_note", "one", elf(["1.0 activation/1 relu"]))
write("elf_note", "three", elf(["1.0 probe/1 loss", "1.0 probe/1 spectrum", "1.3 target/1 sinusoids"]))
write("elf_note", "malformed", elf(["1.0 activation/1 Re lu"]))
write("elf_note", "none", elf([]))

row = "\t".join
write("parameters", "numbers", "\n".join([
    row(["count", "integer", "3", "[1,8]", "", "An integer."]), row(["size", "real", "0.5", "(0,inf)", "m", "A real."]),
    row(["sizes", "reals", "[0.5, 1.0]", "[0,1)", "", "Reals."]), row(["counts", "integers", "[2, 3]", "", "", "Integers."]),
    row(["count", "4"]), row(["size", "0.25"])]))
write("parameters", "texts", "\n".join([
    row(["flag", "bool", "true", "", "", "A bool."]), row(["word", "string", '"word"', "", "", "A string."]),
    row(["which", "choice", '"one"', "one|two", "", "A choice."]), row(["file", "path", '""', "", "", "A path."]),
    row(["which", "two"]), row(["wodr", "x"])]))
write("parameters", "trainable", row(["a", "real", "1.0", "", "", "A number.", "trainable"]))

# ---- experiment files ----

base = """[experiment]
name = "f"
title = "T"
source = "S"
seed = 3
repeats = 2
repeats_vary = ["init"]
[target]
plugin = "points"
counts = [1, 2]
[network]
widths = [8, 4]
activation = "line"
[train]
steps = 20
[record]
every = 5
[[probe]]
name = "p"
plugin = "look"
"""
write("config", "base", base)
write("config", "no-network", '[experiment]\nname = "f"\n[target]\nplugin = "points"\n[[probe]]\nname = "p"\nplugin = "look"\n')
write("config", "knn", base.replace("[network]\nwidths = [8, 4]\nactivation = \"line\"\n[train]\nsteps = 20\n",
                                    "[network]\nkind = \"knn\"\nneighbours = 5\n"))
write("config", "settings", base.replace('activation = "line"', """
activation = [{ plugin = "line", a = 2.0 }, "line"]
init = { law = "normal", weight_std = 0.1, bias_std = 0 }""").replace("steps = 20\n", """steps = 20
loss = { kind = "frequency-weighted", order = "low-to-high", peaks = [1, 3], level = 0.05, check_every = 10 }
optimizer = { kind = "sgd", learning_rate = 1e-2, momentum = 0.9, nesterov = true }
batch = 4
precision = "float64"
l2 = 1e-4
clip = 1.0
""").replace("every = 5", "per_decade = 4") + "record = { steps = [0, 10] }\n")
write("config", "sweep", base + """[sweep]
train.steps = [10, 20]
"target.size" = [0.5, 1]
[[claim]]
name = "c"
kind = "order"
series = "p.x"
axis = "frequency"
select = { frequency = [5, 10], layer = ["W1"] }
level = 0.5
threshold = 0.8
quote = "q"
reason = "r"
[[figure]]
name = "g"
kind = "heatmap"
series = ["p.x"]
x = "frequency"
color_range = [0, 1]
""")
write("config", "zip", base + "[sweep]\nzip = true\ntrain.steps = [10, 20]\ntrain.l2 = [0.0, 0.5]\n")
write("config", "profiles", base + """[profile.reduced]
train.steps = 5
network.widths = [2]
[profile.code.train]
optimizer = { kind = "adam", form = "tensorflow", beta1 = 0.5 }
stop_when = { loss_below = 0.1 }
""")

# ---- run directories ----

repeat = {"name": "repeat", "unit": "", "values": [0.0, 1.0]}
recording = {"name": "recording", "unit": "step", "values": [0.0, 5.0]}
series = {"name": "a.b", "file": "series/a.b.npy", "shape": [2, 2], "unit": "", "when": "recording", "meaning": "m",
          "axes": [repeat, recording]}
index = {"schema": 1, "sweep": [], "repeats": 2,
         "recorded": {"file": "series/recorded.npy", "shape": [2], "meaning": "m"},
         "ended": {"file": "series/ended.npy", "shape": [2], "meaning": "m"}, "series": [series]}
write("series", "sound", json.dumps(index))
sweep = {"name": "train.l2", "unit": "", "values": [0.0, 0.5], "labels": ["0.0", "0.5"]}
swept = dict(series, shape=[2, 1, 2], axes=[sweep, dict(repeat, values=[0.0]), recording], scheduled=[[0, 1], [1]])
once = dict(series, name="a.c", when="once", shape=[2, 1], axes=[sweep, dict(repeat, values=[0.0])])
write("series", "sweep", json.dumps(dict(index, sweep=[sweep], repeats=1, series=[swept, once])))

digest = "0123456789abcdef" * 2
manifest = {
    "schema": 1,
    "basso": {"version": "0.1.0", "commit": "", "compiler": "GCC 12.2.0", "build_type": "Release", "flags": "", "hash": digest,
              "libraries": {"glibc": "2.36"}},
    "host": {"cpu": "C", "features": ["avx2", "fma"], "kernels": "AVX2", "cores": 2, "threads": 2},
    "experiment": "f", "title": "", "source": "", "profiles": ["reduced"], "set": ["train.steps=5"], "seed": 3, "repeats": 2,
    "repeats_vary": ["target"], "config_hash": digest,
    "plugins": [{"kind": "probe", "id": "look", "version": "1.0.0", "library": "/look.so", "hash": digest}],
    "data": [{"path": "/d/a.npy", "hash": digest}], "state": "finished", "started": "2026-01-01T00:00:00Z",
    "resumed": ["2026-01-01T00:01:00Z"], "interruptions": [{"how": "killed", "at": None}],
    "finished": "2026-01-01T00:02:00Z", "seconds": 1.5,
    "jobs": {"total": 2, "ended": 2}, "failures": [],
    "verdicts": [{"claim": "c", "kind": "order", "outcome": "holds", "value": 1.0, "spread": [1.0, None],
                  "threshold": 0.8, "detail": "d", "quote": "q", "reason": "r"}],
    "files": [{"path": "series.json", "hash": digest}]}
write("manifest", "finished", json.dumps(manifest))
running = dict(manifest, state="running", finished=None)
del running["files"], running["resumed"], running["interruptions"]
write("manifest", "running", json.dumps(running))
change = {"when": "2026-01-01T00:01:00Z", "dropped": ["stages"], "added": '[[probe]]\nname = "late"\nplugin = "loss"\n',
          "series": ["late.train", "stages.ratio"], "steps": [5, None], "plugins": manifest["plugins"]}
write("manifest", "changed", json.dumps(dict(running, changes=[change], pending=["series/late.train.npy", "series.json"])))

# ---- checkpoints, without their first line: lengths and numbers of 8 bytes, little-endian ----


def counted(content, size=1):
    return struct.pack("<Q", len(content) // size) + content


def checkpoint(step, looked, probes):
    parameters, training = struct.pack("<3d", 0.5, -1.0, 2.0), struct.pack("<4d", step, 0.25, 1.0, 0.0)
    head = counted(digest.encode()) + struct.pack("<4Q", 0, 1, step, looked)
    memories = b"".join(counted(name) + struct.pack("<Q", seen) + counted(state) for name, seen, state in probes)
    return head + counted(parameters, 8) + counted(training, 8) + struct.pack("<Q", len(probes)) + memories


write("checkpoint", "one-probe", checkpoint(7, 1, [(b"loss", 3, b"")]))
write("checkpoint", "remembers", checkpoint(8, 0, [(b"loss", 3, b""), (b"stages", 2, struct.pack("<2d", 1.0, 0.5))]))
write("manifest", "deep", json.dumps(dict(running, replays=0)).replace('"replays": 0', '"replays": ' + "[" * 50000 + "]" * 50000))
