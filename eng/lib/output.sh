# Messages of the scripts: progress goes to standard error, results to standard output. Sourced.

say() { printf '%s\n' "$*" >&2; }

die() {
  printf 'error: %s\n' "$1" >&2
  shift
  [ $# -eq 0 ] || printf '       %s\n' "$@" >&2
  exit 1
}
