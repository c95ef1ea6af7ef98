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
        assert f"| `{claim}` |" in page, f"no row of {name}, {claim}"
    assert (docs / entry["figure"]).stat().st_size > 0, f"{name}: no figure"
    assert f"]({entry['figure']}), reduced |" in page, f"{name}: its figure is not on the page"
    claims += len(stated)
assert f"| reduced | {len(names)} of {len(names)} | {claims} | {claims} | 0 | 0 |" in page, "the summary counts otherwise"
print(f"{claims} claims of {len(names)} experiments hold")
PYTHON
