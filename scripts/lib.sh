# What quickstart, test and get-data share: where the repository is, messages, Debian packages, configuring a build.
# Sourced by bash, never run. Messages go to stderr: stdout belongs to each script's result.

basso_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Debian's own tools first: a python3 from elsewhere on PATH would lack the numpy and scipy that the packages bring.
export PATH="/usr/bin:/bin:$PATH"

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# usage_error MESSAGE: for a wrong command line.
usage_error() {
  say "$* (try --help)"
  exit 2
}

# need_value OPTION "$@": the option's value, or a usage error.
need_value() {
  [[ $# -ge 3 ]] || usage_error "$1 needs a value"
  printf '%s\n' "$3"
}

# print_help FILE: the comment block at the top of a script, which is its manual.
print_help() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$1"; }

# packages SECTION...: the names that scripts/packages.txt lists in these sections, one a line.
packages() {
  awk -v wanted=" $* " '
    /^\[/ { inside = index(wanted, " " substr($0, 2, length($0) - 2) " "); next }
    inside && !/^#/ && NF { print $1 }' "$basso_root/scripts/packages.txt" | sort -u
}

# missing_packages NAME...: those of the names that are not installed.
missing_packages() {
  local name installed
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for name in "$@"; do
    grep -qx "installed $name" <<<"$installed" || printf '%s\n' "$name"
  done
}

# install_packages SECTION...: installs what is missing of these sections. Quick, and needs no rights, when nothing is.
install_packages() {
  local names missing as_root=()
  mapfile -t names < <(packages "$@")
  command -v dpkg-query >/dev/null ||
    fail "this is not a Debian system: install what corresponds to these Debian 12 packages and build with cmake" \
      "(README.md): ${names[*]}"
  mapfile -t missing < <(missing_packages "${names[@]}")
  [[ ${#missing[@]} -gt 0 ]] || return 0

  local by_hand="apt-get update && apt-get install --no-install-recommends ${missing[*]}"
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null || fail "packages are missing, and without sudo only root can install them: $by_hand"
    as_root=(sudo)
  fi
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q -y)
  "${apt[@]}" update >&2 || say "apt-get update failed; going on with the package lists at hand"
  "${apt[@]}" install --no-install-recommends "${missing[@]}" >&2 ||
    fail "apt-get could not install the packages (no network, or no Debian 12 mirror?). By hand, as root: $by_hand"
  mapfile -t missing < <(missing_packages "${missing[@]}")
  [[ ${#missing[@]} -eq 0 ]] || fail "still missing after apt-get install: ${missing[*]}"
}

# build_folder PRESET: where CMakePresets.json puts it.
build_folder() {
  if [[ $1 == release ]]; then printf '%s/build\n' "$basso_root"; else printf '%s/build-%s\n' "$basso_root" "$1"; fi
}

# configure PRESET [CMAKE_ARGUMENT...]: with ccache where there is one, shared by all clones of the repository.
configure() {
  local preset=$1
  shift
  local launcher=()
  if command -v ccache >/dev/null; then
    export CCACHE_BASEDIR=$basso_root CCACHE_NOHASHDIR=1
    # For precompiled headers; what the system headers in them say changes with the packages only.
    export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
  (cd "$basso_root" && cmake --preset "$preset" "${launcher[@]}" "$@") >&2
}

# configure_and_build PRESET [CMAKE_ARGUMENT...]
configure_and_build() {
  configure "$@"
  cmake --build "$(build_folder "$1")" --parallel "$(nproc)" >&2
}
