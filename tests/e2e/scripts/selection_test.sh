# scripts/reproduce on shipped experiments, one of each family, in their profile `reduced`: the page is written and every
# claim holds.
# usage: bash selection_test.sh BUILD_FOLDER EXPERIMENT...
set -euo pipefail
build=$1
shift
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for name in "$@"; do
  mkdir -p "$scratch/experiments/${name%/*}"
  cp "$root/experiments/$name.toml" "$scratch/experiments/$name.toml"
done

PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$root/scripts/reproduce.py" --root "$scratch" --basso "$build/bin/basso" \
  --profile reduced --jobs 2

/usr/bin/python3 - "$scratch/docs" "$@" <<'PYTHON'
import json
import pathlib
import re
import sys
import tomllib

docs, names = pathlib.Path(sys.argv[1]), sys.argv[2:]
page = (docs / "results.md").read_text()
results = json.loads((docs / "results.json").read_text())
assert sorted(results) == sorted(names), sorted(results)
claims = 0
for name in names:
    entry = results[name]["reduced"]
    stated = tomllib.loads((docs.parent / "experiments" / f"{name}.toml").read_text())["claim"]
    verdicts = {verdict["claim"]: verdict for verdict in entry["verdicts"]}
    assert sorted(verdicts) == sorted(claim["name"] for claim in stated), f"{name}: {sorted(verdicts)}"
    for claim, verdict in verdicts.items():
        assert verdict["outcome"] == "holds", f"{name}, {claim}: {verdict['outcome']}, {verdict['detail']}"
        assert f"| [{claim}](../experiments/{name}.toml) |" in page, f"no row of {name}, {claim}"
    for figure in entry["figures"]:
        assert (docs / figure["file"]).stat().st_size > 0, f"{name}: {figure['file']} is empty"
        assert f"]({figure['file']})" in page, f"{name}: {figure['file']} is not on the page"
    assert entry["figures"], f"{name}: no figure"
    claims += len(stated)
assert re.search(rf"\| reduced \| {len(names)} of {len(names)} \| {claims} \| {claims} \| \d+ \| 0 \| 0 \|", page), "the summary counts otherwise"
print(f"{claims} claims of {len(names)} experiments hold")
PYTHON
