# cmake --install gives a tree that can be moved, whose headers stand alone, whose binary finds its plugins, and that
# another CMake project embeds and writes a plugin against.
# usage: bash install_test.sh BUILD_FOLDER CXX CC
set -euo pipefail
build=$1 cxx=$2 cc=$3
consumer=$(cd "$(dirname "${BASH_SOURCE[0]}")/consumer" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset BASSO_PLUGIN_PATH
export HOME=$scratch/home XDG_DATA_HOME=$scratch/home

fail() {
  echo "$*"
  exit 1
}

cmake --install "$build" --prefix "$scratch/first" >"$scratch/log" || fail "$(cat "$scratch/log")"
mv "$scratch/first" "$scratch/moved"
prefix=$scratch/moved

cd "$prefix/include"
for header in basso/*; do
  alone=$scratch/alone
  echo "#include <$header>" >"$alone"
  # A header for C is one for C++ too.
  [[ $header == *.hpp ]] || "$cc" -std=c99 -Wall -Wextra -pedantic -Werror -fsyntax-only -I . -x c "$alone" ||
    fail "$header does not stand alone in C99"
  "$cxx" -std=c++20 -Wall -Wextra -pedantic -Werror -fsyntax-only -I . -x c++ "$alone" ||
    fail "$header does not stand alone in C++20"
done

"$prefix/bin/basso" plugin list >"$scratch/list" || fail "the installed basso does not list its plugins"
grep -q relu "$scratch/list" || fail "no relu among the installed plugins: $(cat "$scratch/list")"
[[ -f $prefix/share/basso/experiments/rahaman2019/exp1-equal.toml ]] || fail "the experiments are not installed"

{
  cmake -S "$consumer" -B "$scratch/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" && cmake --build "$scratch/build"
} >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
mapfile -t folders <"$scratch/build/folders"
printed=$("$scratch/build/embed" "${folders[@]}") || fail "the embedding program failed"
[[ $printed == $'relu(2) = 2\ncube(2) = 8' ]] || fail "the embedding program printed: $printed"

mkdir "$scratch/single"
"$cc" -std=c99 -O2 -fPIC -shared -I "$prefix/include" "$consumer/cube.c" -o "$scratch/single/cube.so"
"$prefix/bin/basso" --version >/dev/null || fail "basso --version failed"
BASSO_PLUGIN_PATH=$scratch/single "$prefix/bin/basso" plugin info activation/cube | grep -q 'x^3' ||
  fail "a plugin made by one compiler call is not found"
