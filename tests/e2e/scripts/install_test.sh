# cmake --install gives a tree that can be moved, whose headers stand alone, whose binary finds its plugins, against which
# other projects build plugins (tests/consumers/plugin, `plugin new`), and which other programs embed (tests/consumers/embed).
# usage: bash install_test.sh BUILD_FOLDER CXX CC CASE
set -euo pipefail
build=$1 cxx=$2 cc=$3
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset BASSO_PLUGIN_PATH CMAKE_PREFIX_PATH
export HOME=$scratch/home XDG_DATA_HOME=$scratch/home CC=$cc CXX=$cxx CMAKE_BUILD_TYPE=Release

fail() {
  echo "$*"
  exit 1
}

# quietly COMMAND...: what it printed, when it fails.
quietly() { "$@" >"$scratch/log" 2>&1 || fail "$* failed: $(cat "$scratch/log")"; }

# expect TEXT FILE: the file has a line with this text.
expect() { grep -qF -- "$1" "$2" || fail "expected '$1' in: $(cat "$2")"; }

# install_to_moved [CMAKE_INSTALL_ARGUMENT...]: sets `prefix`; the tree was moved after it was installed.
install_to_moved() {
  quietly cmake --install "$build" --prefix "$scratch/first" "$@"
  mv "$scratch/first" "$scratch/moved"
  prefix=$scratch/moved
}

case_headers() {
  install_to_moved
  cd "$prefix/include"
  local header alone=$scratch/alone
  for header in basso/*; do
    echo "#include <$header>" >"$alone"
    # A header for C is one for C++ too; those for embedding need C++20.
    [[ $header == *.hpp ]] || "$cc" -std=c99 -Wall -Wextra -pedantic -Werror -fsyntax-only -I . -x c "$alone" ||
      fail "$header does not stand alone in C99"
    "$cxx" -std=c++20 -Wall -Wextra -pedantic -Werror -fsyntax-only -I . -x c++ "$alone" ||
      fail "$header does not stand alone in C++20"
  done
}

# The SDK alone: no library, no program; plugins build, by CMake and by one compiler call with pkg-config's flags.
case_sdk_only() {
  install_to_moved --component sdk
  [[ ! -e $prefix/bin && ! -e $prefix/include/basso/run.hpp ]] || fail "component sdk holds more than the SDK"
  quietly cmake -S "$tests/consumers/plugin" -B "$scratch/plugin" "-DCMAKE_PREFIX_PATH=$prefix"
  quietly cmake --build "$scratch/plugin"
  expect "host FALSE" "$scratch/plugin/facts"
  quietly "$build/bin/basso" plugin info "$scratch/plugin/cube.so"

  if cmake -S "$tests/consumers/embed" -B "$scratch/embed" "-DCMAKE_PREFIX_PATH=$prefix" >"$scratch/log" 2>&1; then
    fail "find_package(basso 1 COMPONENTS host) found a host in an SDK"
  fi

  export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
  [[ $(pkg-config --modversion basso) == 1.0 ]] || fail "pkg-config says version $(pkg-config --modversion basso)"
  [[ $(realpath -m "$(pkg-config --variable=plugindir basso)") == "$prefix/lib/basso/plugins" ]] ||
    fail "pkg-config says plugindir $(pkg-config --variable=plugindir basso)"
  local flags
  read -ra flags <<<"$(pkg-config --cflags basso)"
  quietly "$cc" -std=c99 -O2 -fPIC -shared "${flags[@]}" "$tests/consumers/plugin/cube.c" -o "$scratch/cube.so"
  "$build/bin/basso" plugin info "$scratch/cube.so" >"$scratch/info"
  expect "x^3" "$scratch/info"
}

# A plugin project outside the tree, checked and run by the installed program.
case_plugin() {
  install_to_moved
  "$prefix/bin/basso" plugin list >"$scratch/list" || fail "the installed basso does not list its plugins"
  expect relu "$scratch/list"
  [[ -f $prefix/share/basso/experiments/rahaman2019/exp1-equal.toml ]] || fail "the experiments are not installed"

  quietly cmake -S "$tests/consumers/plugin" -B "$scratch/build" "-DCMAKE_PREFIX_PATH=$prefix"
  quietly cmake --build "$scratch/build"
  expect "version 1.0" "$scratch/build/facts"
  expect "plugins $prefix/lib/basso/plugins" "$scratch/build/facts"
  expect "program $prefix/bin/basso" "$scratch/build/facts"
  quietly ctest --test-dir "$scratch/build" --no-tests=error --output-on-failure
}

# `plugin new` of the installed program, one line edited, built and tested with its one command.
case_new() {
  install_to_moved
  cd "$scratch"
  [[ $("$prefix/bin/basso" plugin new activation wobble 2>"$scratch/said") == ./wobble ]] || fail "$(cat "$scratch/said")"
  sed -i 's/return basso::erf(x);/return x * basso::sin(x);/' wobble/wobble.cpp
  expect 'x * basso::sin(x)' wobble/wobble.cpp
  (cd wobble && quietly cmake --workflow --preset default)
  expect "100% tests passed" "$scratch/log"
}

# The documentation: each link between files leads to one (code in fences and escaped brackets make none), and the example builds as
# the page says.
case_pages() {
  install_to_moved
  local docs=$prefix/share/doc/basso page link links=0
  for page in "$docs"/README.md "$docs"/docs/*.md; do
    while read -r link; do
      [[ -e $(dirname "$page")/$link ]] || fail "$page: the link $link leads nowhere"
      links=$((links + 1))
    done < <(awk '/^ *```/ { code = !code } !code' "$page" | grep -oP '(?<!\\)\]\(\K[^):#]+(?=[)#])')
  done
  [[ $links -gt 30 ]] || fail "only $links links were found"
  export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
  cd "$docs/sdk/examples"
  quietly bash -c "$cc -O3 -shared -fPIC \$(pkg-config --cflags basso) softsign.c -o $scratch/softsign.so"
  quietly "$prefix/bin/basso" plugin check "$scratch/softsign.so"
}

# A program that embeds the library, with plugins of its own.
case_embed() {
  install_to_moved
  quietly cmake -S "$tests/consumers/embed" -B "$scratch/build" "-DCMAKE_PREFIX_PATH=$prefix"
  quietly cmake --build "$scratch/build"
  "$scratch/build/embed" "$scratch/out" >"$scratch/printed" || fail "embed failed: $(cat "$scratch/printed")"
  [[ $(grep -c '^step [0-9]*00: loss [0-9.e-]*, largest value [0-9.e-]*$\|^step 0: ' "$scratch/printed") == 4 ]] ||
    fail "embed printed: $(cat "$scratch/printed")"
  # The first loss is about the variance of the sine, 1/2; the last one a small part of it.
  awk '{ loss = $4 + 0 } NR == 1 { first = loss } END { exit !(first > 0.1 && loss < first / 10) }' \
    "$scratch/printed" || fail "the embedded run did not learn: $(cat "$scratch/printed")"
}

"case_$4"
