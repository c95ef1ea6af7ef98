# scripts/reproduce on three small experiments: one whose claim holds, one whose claim fails, one without its data.
# usage: bash reproduce_test.sh BUILD_FOLDER
set -euo pipefail
build=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch/home XDG_DATA_HOME=$scratch/home
unset BASSO_DATA_PATH
page=$scratch/docs/results.md

fail() {
  echo "$*"
  cat "$scratch/said" "$page"
  exit 1
}

# reproduce STATUS [PATTERN]: into $scratch, its messages in $scratch/said
reproduce() {
  local wanted=$1 got=0
  shift
  PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$root/scripts/reproduce.py" --root "$scratch" --basso "$build/bin/basso" \
    --profile "${profile:-reduced}" --jobs 2 -- "${@/#/*/}" >"$scratch/said" 2>&1 || got=$?
  [[ $got -eq $wanted ]] || fail "exit status $got, expected $wanted"
}

# page_has TEXT, said TEXT
page_has() { grep -qF -- "$1" "$page" || fail "results.md lacks: $1"; }
said() { grep -qF -- "$1" "$scratch/said" || fail "not said: $1"; }
finished_runs() { grep -l '"state": "finished"' "$scratch"/runs/reproduce/*/*/manifest.json | wc -l; }

# write NAME RELATION: does a loss after ten times as many steps stand in this relation to the first?
write() {
  mkdir -p "$scratch/experiments/${1%/*}"
  cat >"$scratch/experiments/$1.toml" <<TOML
[experiment]
name = "${1#*/}"
repeats = 2
[target]
plugin = "sinusoids"
frequencies = [1, 2]
samples = 16
[network]
widths = [8]
[train]
steps = 4000
[record]
every = 10
[[probe]]
name = "loss"
plugin = "loss"
[[claim]]
name = "falls"
kind = "compare"
series = "loss.train"
other_select = { recording = 0 }
by = "ratio"
relation = "$2"
threshold = 1.0
quote = "the loss |f - T| falls"
reason = "a fall is a ratio below one"
[[figure]]
name = "loss"
kind = "lines"
series = ["loss.train"]
[profile.reduced]
train.steps = 40
TOML
}

write one/good '<'
write two/bad '>'
write two/no-data '<'
sed -i 's/^plugin = "sinusoids"/plugin = "mnist"/; /^frequencies/d; /^samples/d' "$scratch/experiments/two/no-data.toml"

reproduce 1
said "two/no-data could not be run"
said "Get it with: scripts/get-data mnist"
[[ $(finished_runs) == 2 ]] || fail "$(finished_runs) runs have finished"
page_has "| reduced | 2 of 3 | 2 | 1 | 0 | 1 | 0 | 0 |"
grep -qE '^\| \[good\]\(images/results/one-good-reduced.png\), reduced \| the loss \\\|f - T\\\| falls \| \[falls\]\(\.\./experiments/one/good\.toml\) \| \\< 1 \| 0\.[0-9]+ \(0\.[0-9]+ to 0\.[0-9]+, 2 repeats\) \| holds \|' \
  "$page" || fail "no row of the claim that holds"
page_has '- [two/bad](../experiments/two/bad.toml), [reduced](images/results/two-bad-reduced.png), `falls` **fails**: 0.'
page_has '**fails**'
page_has '- `two/no-data`'
[[ -s $scratch/docs/images/results/one-good-reduced.png ]] || fail "the figure is missing"

# A run that was begun by hand, with more threads, is taken over, and the page says so.
sed -i 's/"threads": 1/"threads": 3/' "$scratch"/runs/reproduce/one/good-*/manifest.json
reproduce 0 good
grep -qE '^\| \[good\].*, 3 threads \|$' "$page" || fail "threads are not told"

# Notes stand by the verdicts that they explain; one for what holds is named, and what is none is refused before anything runs.
cat >"$scratch/docs/results-notes.toml" <<'TOML'
["two/bad".reduced]
falls = "the loss falls, as *every* step is downhill"
["one/good".reduced]
falls = "a note that is no longer true"
["two/no-data".reduced]
falls = "what has not been run may have its note"
TOML
reproduce 0 good bad
page_has '  Why: the loss falls, as \*every\* step is downhill'
said "results-notes.toml explains one/good, reduced, falls: no such verdict"
if grep -q "no longer true" "$page" || grep -q "explains two/" "$scratch/said"; then fail "a note too many"; fi
echo '"two/bad" = "falls"' >"$scratch/docs/results-notes.toml"
reproduce 1 good
said 'results-notes.toml: "two/bad": expected a table'
rm "$scratch/docs/results-notes.toml"

# What has finished is kept, and where settings have changed it is run: 20 steps in place of 40.
kept=$(cat "$scratch"/runs/reproduce/two/bad-reduced-*/log.txt)
sed -i 's/^train.steps = 40/train.steps = 20/' "$scratch/experiments/one/good.toml"
before=$(grep -F '[good]' "$page")
reproduce 0 good bad
[[ $(cat "$scratch"/runs/reproduce/two/bad-reduced-*/log.txt) == "$kept" ]] || fail "a finished run was touched"
[[ $(finished_runs) == 3 ]] || fail "$(finished_runs) runs have finished, expected one more"
[[ $(grep -F '[good]' "$page") != "$before" ]] || fail "the page has the old result"

# Where figures alone have changed nothing is run, but the picture is another one.
picture=$scratch/docs/images/results/two-bad-reduced.png
drawn=$(cksum <"$picture")
sed -i 's/^kind = "lines"/kind = "lines"\ntitle = "Another title"/' "$scratch/experiments/two/bad.toml"
reproduce 0 bad
[[ $(finished_runs) == 3 ]] || fail "$(finished_runs) runs have finished, expected none more"
[[ $(cksum <"$picture") != "$drawn" ]] || fail "the picture is the old one"
[[ $(cat "$scratch"/runs/reproduce/two/bad-reduced-*/log.txt) == "$kept" ]] || fail "a finished run was touched"

# Nor is anything run for other words, which the page has.
sed -i 's/^quote = .*/quote = "the loss falls, in other words"/; s/^reason = .*/reason = "downhill"/' "$scratch/experiments/two/bad.toml"
reproduce 0 bad
[[ $(finished_runs) == 3 ]] || fail "$(finished_runs) runs have finished, expected none more"
page_has '  Paper: "the loss falls, in other words" Threshold: downhill'
[[ $(cat "$scratch"/runs/reproduce/two/bad-reduced-*/log.txt) == "$kept" ]] || fail "a finished run was touched"

# The page has them also where the experiment is not asked for, and tells what is known from memory only.
sed -i 's/^reason = "a fall.*/&\nstatus = "unconfirmed"/; s/^quote = .*/quote = "it falls, they say"/' "$scratch/experiments/one/good.toml"
reproduce 0 bad
page_has '| it falls, they say *unconfirmed* | [falls](../experiments/one/good.toml) |'
if grep -q "file changed since" "$page"; then fail "marked for words"; fi
sed -i '/^status = /d; s/^quote = .*/quote = "the loss |f - T| falls"/' "$scratch/experiments/one/good.toml"

# Where a profile judges less than the paper's settings do, the row says what.
printf 'claim.falls.reason = "one step is enough"\n' >>"$scratch/experiments/two/bad.toml"
reproduce 0 bad
page_has '. Judged by this profile: one step is enough | **fails** |'
[[ $(finished_runs) == 3 ]] || fail "$(finished_runs) runs have finished, expected none more"
if grep -F '[good]' "$page" | grep -q "Judged by"; then fail "the other row says so, too"; fi

# A result of claims that the file no longer has is marked, until it is asked for; other words are no such claims. Then what is there
# is judged anew, and nothing is run.
if grep -q "file changed since" "$page"; then fail "marked, and nothing has changed"; fi
sed -i 's/^threshold = 1.0/threshold = 0.001/' "$scratch/experiments/one/good.toml"
reproduce 0 bad
page_has '[good](images/results/one-good-reduced.png), reduced, *file changed since* |'
page_has '1 of them were run before their file was changed'
reproduce 0 good
said "one/good: had finished; 1 fails"
page_has '- [one/good](../experiments/one/good.toml), [reduced](images/results/one-good-reduced.png), `falls` **fails**: 0.'
[[ $(finished_runs) == 3 ]] || fail "$(finished_runs) runs have finished, expected none more"
sed -i 's/^threshold = 0.001/threshold = 1.0/' "$scratch/experiments/one/good.toml"
reproduce 0 good
said "one/good: had finished; 1 holds"
if grep -q "file changed since" "$page"; then fail "marked, and the file is what it was"; fi

# Claims that ask for what the run has not recorded, as one of an older build, have it run anew, once.
series=$(ls -d "$scratch"/runs/reproduce/two/bad-reduced-*)/series.json
sed -i 's/"loss.train"/"loss.former"/' "$series"
reproduce 0 bad
said "two/bad: begins anew"
said "it has not recorded what the claims ask for"
said "two/bad: 1 fails"
rm -r "$scratch/runs/reproduce/set-aside"

# Nothing is left where nothing is to be run, however long it took.
sed -i 's/"seconds": [0-9.]*/"seconds": 7200.0/' "$scratch/docs/results.json"
reproduce 0 good bad
if grep "left" "$scratch/said" | grep -vq "about 0 s left"; then fail "time is left"; fi

# Pictures: the first one, and those that show a paper's.
cat >>"$scratch/experiments/two/bad.toml" <<'TOML'
[[figure]]
name = "paper"
kind = "lines"
title = "The loss once more (R Fig 99)"
series = ["loss.train"]
[[figure]]
name = "aside"
kind = "lines"
title = "Figured out"
series = ["loss.train"]
TOML
reproduce 0 bad
page_has '- bad, reduced: [The loss once more (R Fig 99)](images/results/two-bad-reduced-paper.png)'
[[ -s $scratch/docs/images/results/two-bad-reduced-paper.png ]] || fail "the further figure is missing"
[[ ! -e $scratch/docs/images/results/two-bad-reduced-aside.png ]] || fail "a figure too many"
sed -i 's/(R Fig 99)//' "$scratch/experiments/two/bad.toml"
reproduce 0 bad
[[ ! -e $scratch/docs/images/results/two-bad-reduced-paper.png ]] || fail "its picture stays"

# A finished run that has other settings than its folder says, as after an edit that was taken back, is no result.
sed -i 's/^train.steps = 20/train.steps = 25/' "$scratch/experiments/one/good.toml"
other=$(cd "$scratch" && "$build/bin/basso" config show experiments/one/good.toml --profile reduced | sha256sum)
cp -r "$(dirname "$(grep -lE '^steps = 40$' "$scratch"/runs/reproduce/one/*/config.resolved.toml)")" \
  "$scratch/runs/reproduce/one/good-reduced-${other:0:12}"
reproduce 0 good
said "one/good: begins anew"
grep -q '^steps = 25' "$scratch/runs/reproduce/one/good-reduced-${other:0:12}/config.resolved.toml" || fail "it was not run anew"
rm -r "$scratch/runs/reproduce/set-aside" "$scratch/runs/reproduce/one/good-reduced-${other:0:12}"
sed -i 's/^train.steps = 25/train.steps = 20/' "$scratch/experiments/one/good.toml"

# What is damaged is named: a run, and the results of earlier calls, before anything runs.
manifest=$(grep -l "\"state\": \"finished\"" $(grep -lE "^steps = 20$" "$scratch"/runs/reproduce/one/*/config.resolved.toml | sed s/config.resolved.toml/manifest.json/))
mv "$manifest" "$scratch/manifest.json"
head -c 100 "$scratch/manifest.json" >"$manifest"
write three/alike '<'
reproduce 1 good alike
said "one/good could not be run"
said "is damaged ("
said "take the folder away, and call again"
said "three/alike: 1 holds"
sed 's/"threads"/"lanes"/' "$scratch/manifest.json" >"$manifest"
reproduce 1 good alike
said "is damaged (a file lacks 'threads')"
said "three/alike: had finished; 1 holds"
rm -r "$scratch/experiments/three"
mv "$scratch/manifest.json" "$manifest"
mv "$scratch/docs/results.json" "$scratch/results.json"
head -c 100 "$scratch/results.json" >"$scratch/docs/results.json"
reproduce 1 bad
said "docs/results.json is damaged"
mv "$scratch/results.json" "$scratch/docs/results.json"

# An interrupted run goes on, after whichever signal: SIGHUP is that of a terminal that is closed, which comes more than once.
sed -i 's/^train.steps = 20/train.steps = 3000000/; s/^every = 10/every = 1000/' "$scratch/experiments/one/good.toml"
# begin SIGNAL: a run in the background, which answers to it; returns when something is recorded
begin() {
  touch "$scratch/begun"
  env --default-signal="$1" /usr/bin/python3 "$root/scripts/reproduce.py" --root "$scratch" --basso "$build/bin/basso" \
    --profile reduced --jobs 1 one/good >"$scratch/said" 2>&1 &
  script=$!
  until [[ -n $(find "$scratch/runs/reproduce/one" -name recorded.npy -newer "$scratch/begun") ]]; do
    kill -0 "$script" || fail "it ended before it was interrupted"
    sleep 0.1
  done
}
# interrupted: it has ended as after a signal, and can go on
interrupted() {
  local got=0
  wait "$script" || got=$?
  [[ $got == 130 ]] || fail "exit status $got after a signal"
  said "interrupted; the next call goes on from here"
  said "docs/results.md written"
  [[ $(grep -l '"state": "interrupted"' "$scratch"/runs/reproduce/one/*/manifest.json | wc -l) == 1 ]] || fail "it was not interrupted"
}
begin TERM
kill -TERM "$script"
interrupted
begin HUP
# Another call at the same time: neither takes the other's results off the page.
write three/late '<'
mv "$scratch/said" "$scratch/said.first"
reproduce 0 late
mv "$scratch/said.first" "$scratch/said"
kill -HUP "$script"
sleep 0.1
kill -HUP "$script" 2>/dev/null || true  # unless it has ended by then
interrupted
page_has '- [two/bad](../experiments/two/bad.toml), [reduced](images/results/two-bad-reduced.png), `falls` **fails**: 0.'
page_has '[late](images/results/three-late-reduced.png), reduced'
rm -r "$scratch/experiments/three"

# What another build has begun is run anew, and kept.
sed -i 's/^train.steps = 3000000/train.steps = 30/' "$scratch/experiments/one/good.toml"
reproduce 0 good
begun=$(dirname "$(grep -lE '^steps = 30$' "$scratch"/runs/reproduce/one/*/config.resolved.toml)")
sed -i 's/"state": "finished"/"state": "interrupted"/; s/"hash": "[0-9a-f]*"/"hash": "0"/' "$begun/manifest.json"
reproduce 0 good
said "one/good: 1 holds"
if grep -q '"hash": "0"' "$begun/manifest.json"; then fail "it went on"; fi
said "one/good: begins anew; what was there is kept in"
said "start a new run instead"
grep -q '"hash": "0"' "$scratch/runs/reproduce/set-aside/one/${begun##*/}-1/manifest.json" || fail "it is not kept"

# What holds with less behind it says so.
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$root/scripts /usr/bin/python3 - <<'PY' || fail "what holds is told otherwise"
import results_page
order = {"outcome": "holds", "kind": "order", "relation": ">=", "threshold": 0.6, "spread": [0.8, 0.9], "value": 0.8,
         "detail": "by repeat: 0.8, 0.9; median crossing steps of 0.1 by frequency: 3 at 580, 22 never (1 of 4 repeats crosses), 35 never"}
assert results_page.outcome(order) == "holds; 1 of 3 cross"
assert results_page.outcome(order | {"spread": [0.5, 0.9]}) == "holds; 1 of 3 cross; a quartile does not"
bound = {"outcome": "holds", "kind": "bound", "value": 0.7, "relation": "<", "threshold": 1, "spread": [0.5, 0.9], "detail": "by repeat: 0.5, 0.9"}
assert results_page.outcome(bound) == "holds"
assert results_page.outcome(bound | {"spread": [0.5, 1.0]}) == "holds; a quartile does not"
assert results_page.outcome(bound | {"outcome": "fails"}) == "**fails**"
assert results_page.outcome(bound | {"spread": [0.5, "infinity"]}) == "holds; a quartile does not"
never = {"outcome": "holds", "kind": "compare", "relation": ">", "threshold": 1, "spread": [2.0, "infinity"], "value": "infinity",
         "detail": "by repeat: inf, 2; 0.8 is never crossed there, which counts as infinite"}
assert results_page.outcome(never) == "holds; never crossed"
PY

# The activations side by side: the numbers of their table, from the series by another way.
mkdir -p "$scratch/experiments/beyond"
cat >"$scratch/experiments/beyond/activations.toml" <<'TOML'
[experiment]
name = "activations"
repeats = 3
[target]
plugin = "sinusoids"
frequencies = [1, 3]
samples = 16
[network]
widths = [32]
[train]
steps = 300
optimizer = { kind = "adam", learning_rate = 1e-2 }
[sweep]
network.activation = ["relu", "tanh"]
[record]
every = 10
[[probe]]
name = "spectrum"
plugin = "spectrum"
at = "lines"
[[probe]]
name = "robustness"
plugin = "robustness"
at = "lines"
distances = [0.1, 0.5]
directions = 2
record = { steps = [300] }
[[claim]]
name = "low-first-relu"
kind = "order"
series = "spectrum.normalised"
select = { activation = "relu" }
axis = "frequency"
level = 0.5
threshold = 0.8
quote = "low first"
reason = "as R Experiment 1"
[[claim]]
name = "low-first-tanh"
kind = "order"
series = "spectrum.normalised"
select = { activation = "tanh" }
axis = "frequency"
level = 0.5
threshold = 0.8
quote = "low first"
reason = "as R Experiment 1"
[profile.reduced]
TOML
reproduce 0 activations
page_has '### beyond/activations, reduced'
/usr/bin/python3 - "$scratch" <<'PY' >>"$scratch/said" || fail "the table of activations has other numbers"
import glob, json, numpy, sys
run = glob.glob(sys.argv[1] + "/runs/reproduce/beyond/activations-*")[0]
learned = numpy.load(run + "/series/spectrum.normalised.npy")  # [activation, repeat, recording, frequency]
above = learned >= 0.5
crossing = numpy.where(above.any(axis=2), 10.0 * above.argmax(axis=2), numpy.inf)
steps = numpy.median(crossing, axis=1)
left = numpy.median(numpy.load(run + "/series/robustness.retained.npy")[:, :, -1, 1, :], axis=1)
rows = {row["activation"]: row for row in
        json.load(open(sys.argv[1] + "/docs/results.json"))["beyond/activations"]["reduced"]["activations"]}
for point, name in enumerate(["relu", "tanh"]):
    print(name, rows[name], steps[point], left[point])
    assert [numpy.inf if step is None else step for step in rows[name]["steps"]] == list(steps[point])
    assert numpy.allclose(rows[name]["left"], left[point], rtol=1e-15)
assert numpy.isfinite(steps).any()
PY
page_has "| \`tanh\` | "

# The authors' code: of the files that have this profile.
printf '[profile.code]\ntrain.steps = 50\n' >>"$scratch/experiments/one/good.toml"
profile=code reproduce 0 good bad
said "one/good: 1 holds"
page_has "| code | 1 of 1 | 1 | 1 | 0 | 0 | 0 |"
profile=code reproduce 1 bad
said "no file asked for has a profile code; these have: one/good"
