# Each template of `basso plugin new`: generated, built with its one command, checked by `basso plugin check`, its numerical
# test and its example experiment run, all warnings as errors; activations once more as x sin(x). In Rust each function of
# basso_math.rs vectorises. Exit status 77: the language's compiler is not installed.
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

# build_and_test: the folder's one command.
build_and_test() {
  if [[ $language == rust ]]; then
    RUSTFLAGS="-D warnings" cargo test --release --offline >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
    [[ $(grep -c "test result: ok" "$scratch/log") == 2 ]] || fail "$(cat "$scratch/log")"
  else
    cmake --workflow --preset default >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
    grep -q "100% tests passed, 0 tests failed out of 3" "$scratch/log" || fail "$(cat "$scratch/log")"
    if grep -qF "***" "$scratch/log"; then fail "$(cat "$scratch/log")"; fi
  fi
}

# plain_rustc: own-activation.so, as README.md of the folder says.
plain_rustc() {
  rustc --edition 2021 -D warnings -C opt-level=3 -C panic=abort -C strip=symbols --crate-type cdylib "$name.rs" -o "$name.so"
}

# rust_formulas VALUE DERIVATIVE: in x and y.
rust_formulas() {
  sed -i -e "s/^    value: .*/    value: |x| $1,/" -e "s/^    derivative: .*/    derivative: |x, _y| $2,/" "$name.rs"
  grep -qF "value: |x| $1," "$name.rs" && grep -qF "derivative: |x, _y| $2," "$name.rs" || fail "$(cat "$name.rs")"
}

x_sin_x() {
  case $language in
    c)
      sed -i -e 's/^#define VALUE.*/#define VALUE(T, x, p) ((x) * BASSO_SIN(T, x))/' \
        -e 's/^#define SLOPE.*/#define SLOPE(T, x, y, p) (BASSO_SIN(T, x) + (x) * BASSO_COS(T, x))/' "$name.c"
      grep -qF "BASSO_SIN(T, x) + (x)" "$name.c" || fail "$(cat "$name.c")"
      ;;
    cpp)
      sed -i 's/return basso::erf(x);/return x * basso::sin(x);/' "$name.cpp"
      grep -qF 'x * basso::sin(x)' "$name.cpp" || fail "$(cat "$name.cpp")"
      ;;
    rust) rust_formulas "x * sin(x)" "sin(x) + x * cos(x)" ;;
  esac
}

build_and_test
[[ $kind == activation ]] || exit 0
x_sin_x
build_and_test
[[ $language == rust ]] || exit 0
plain_rustc || fail "plain rustc makes no plugin"
"$build/bin/basso" plugin check "./$name.so" >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
for function in exp expm1 tanh logistic sin cos log1p erf sqrt; do
  rust_formulas "$function(x)" "$function(x)"
  plain_rustc || fail "$function does not compile"
  "$build/bin/basso" plugin check "./$name.so" --only activation.speed >"$scratch/log" 2>&1 ||
    fail "$function: $(cat "$scratch/log")"
  grep -q "^ok  *activation.speed" "$scratch/log" || fail "$function: $(cat "$scratch/log")"
done
