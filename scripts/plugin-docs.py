#!/usr/bin/env python3
"""Writes docs/plugins.md, the catalogue of the shipped plugins, from the plugins' own tables.

usage: scripts/plugin-docs.py [--check] [--basso FILE]

  --check       write nothing; exit status 1, with the difference, where the page is not up to date
  --basso FILE  the program to ask, build/bin/basso by default

Run it after a build whenever a plugin's table has changed. Needs Python's standard library only.
"""
import argparse
import difflib
import json
import os
import pathlib
import re
import subprocess
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "plugins.md"
KINDS = ["activation", "target", "probe"]
HEAD = """# The plugins

Every plugin that comes with Basso, from its own table; `basso plugin info KIND/ID` prints one of them, `basso plugin list` one line
for each. Written by `scripts/plugin-docs.py`, never by hand.

Parameters are keys of the plugin's table in an experiment file. A real parameter without a range takes every finite number.
"""
ABOUT = {
    "activation": "In `[network]`: `activation = \"gauss\"`, or `activation = { plugin = \"gauss\", scale = 30.0 }` with parameters. "
                  "What is stated about f holds at the default parameters and is tried by `basso plugin check`; \"a surrogate\" "
                  "says that training takes another derivative than f' on purpose.\n\n"
                  "`second/1` is the second derivative, `fourier/1` the transform in closed form, `layers/1` an initialisation and "
                  "parameters that depend on the layer, `trainable/1` a parameter that is trained.",
    "target": "In `[target]`: `plugin = \"sinusoids\"` and its parameters.",
    "probe": "In `[[probe]]`: `name`, `plugin = \"spectrum\"` and its parameters. What each records is in [series](series.md).",
}


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n")[2].removeprefix("usage: "), add_help=False)
    parser.add_argument("--help", "-h", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--basso", type=pathlib.Path, default=ROOT / "build" / "bin" / "basso")
    arguments = parser.parse_args()
    if arguments.help:
        print(__doc__.strip())
        return 0
    text = page(shipped(arguments.basso))
    old = PAGE.read_text() if PAGE.exists() else ""
    if text == old:
        return 0
    if not arguments.check:
        PAGE.write_text(text)
        return 0
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), text.splitlines(True), "docs/plugins.md", "the plugins"))
    print("docs/plugins.md is not up to date: run scripts/plugin-docs.py", file=sys.stderr)
    return 1


def shipped(basso):
    """The entries of `plugin list --json` that lie beside the program; no others are looked for."""
    folder = (basso.parent.parent / "lib" / "basso" / "plugins").resolve()
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": "/nonexistent"}
    try:
        listing = subprocess.run([basso, "plugin", "list", "--json"], env=environment, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"plugin-docs: {error}; build first, or name the program with --basso")
    plugins = [entry for entry in json.loads(listing.stdout) if pathlib.Path(entry["folder"]).resolve() == folder]
    refused = [f"{entry['library']}: {entry['refused']}" for entry in plugins if entry["refused"]]
    if refused or not plugins:
        sys.exit(f"plugin-docs: {'; '.join(refused) or f'no plugin in {folder}'}")
    return plugins


def page(plugins):
    parts = [HEAD]
    for kind in KINDS:
        members = [plugin for plugin in plugins if plugin["kind"] == kind]
        parts.append(f"## {kind.capitalize()}s\n\n{wrapped(ABOUT[kind])}\n\n| | |\n| --- | --- |\n" + "".join(
            f"| [`{plugin['id']}`](#{kind}{plugin['id']}) | {cell(plugin['summary'])} |\n" for plugin in members))
        parts.extend(section(plugin) for plugin in members)
    return "\n".join(parts)


def wrapped(text):
    return "\n\n".join(textwrap.fill(paragraph, 138) for paragraph in text.split("\n\n"))


def section(plugin):
    name = f"{plugin['kind']}/{plugin['id']}"
    lines = [f"### {name}", "", f"{prose(plugin['summary'])}.", "", f"Source: {prose(plugin['source'])}."]
    if plugin["facts"]:
        lines += ["", "Stated: " + "; ".join(f"{fact}: {value}" for fact, value in plugin["facts"].items()) + "."]
    if plugin["optional_tables"]:
        lines += ["", "Optional tables: " + ", ".join(f"`{table}`" for table in plugin["optional_tables"]) + "."]
    if plugin["kind"] == "probe":
        lines += ["", f"Its series: [{name}](series.md#probe{plugin['id']})."]
    if plugin["parameters"]:
        lines += ["", "| parameter | type | default | range | unit | meaning |", "| --- | --- | --- | --- | --- | --- |"]
        lines += [row(parameter) for parameter in plugin["parameters"]]
    return "\n".join(lines) + "\n"


def row(parameter):
    kind = parameter["type"] + (f", {parameter['role']}" if parameter["role"] else "")
    return (f"| `{parameter['name']}` | {kind} | {code(parameter['default'])} | {code(parameter['range'])} | "
            f"{cell(parameter['unit'])} | {cell(parameter['documentation'])} |")


def code(text):
    return "`" + text.replace("|", "\\|") + "`" if text else ""


def escaped(text):
    """Text whose signs Markdown would read as markup, but within `code`, where a backslash would be seen."""
    return "".join(part if part.startswith("`") else re.sub(r"([*_<\\])", r"\\\1", part) for part in re.split(r"(`[^`]*`)", text))


def prose(text):
    return escaped(text).rstrip(".")


def cell(text):
    return escaped(text).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
