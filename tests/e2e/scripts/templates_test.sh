# Each template of `basso plugin new`: generated, built with its one command, checked by `basso plugin check`, its numerical
# test and its example experiment run, all warnings as errors. Exit status 77: the language's compiler is not installed.
# usage: bash templates_test.sh BUILD_FOLDER CXX CC KIND LANGUAGE
set -euo pipefail
build=$1 kind=$4 language=$5 name=own-$4
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset BASSO_PLUGIN_PATH CMAKE_PREFIX_PATH BASSO
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
# Debian's own tools first, as scripts/packages.txt names them.
export HOME=$scratch/home XDG_DATA_HOME=$scratch/home PATH="/usr/bin:$PATH" CXX=$2 CC=$3 CFLAGS=$warnings CXXFLAGS=$warnings

fail() {
  echo "$*"
  exit 1
}

[[ $language != rust ]] || command -v cargo >/dev/null || exit 77
folder=$("$build/bin/basso" plugin new "$kind" "$name" --lang "$language" --dir "$scratch" 2>"$scratch/said") ||
  fail "plugin new: $(cat "$scratch/said")"
cd "$folder"
if grep -rn '@[A-Z]*@' .; then fail "a placeholder was left"; fi
if [[ $language == rust ]]; then
  RUSTFLAGS="-D warnings" cargo test --release --offline >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
  [[ $(grep -c "test result: ok" "$scratch/log") == 2 ]] || fail "$(cat "$scratch/log")"
  rustc --edition 2021 -C opt-level=3 -C panic=abort -C strip=symbols --crate-type cdylib "$name.rs" -o "$name.so"
  "$build/bin/basso" plugin info "./$name.so" >"$scratch/info" || fail "plain rustc makes no plugin"
else
  cmake --workflow --preset default >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
  grep -q "100% tests passed, 0 tests failed out of 3" "$scratch/log" || fail "$(cat "$scratch/log")"
  if grep -qF "***" "$scratch/log"; then fail "$(cat "$scratch/log")"; fi
fi
