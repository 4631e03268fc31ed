#!/usr/bin/env bash
# Compares time and memory of generating the complete main schema: our generator and QEMU's, alternately.
#   eng/Bench/qapi.sh [RELEASE] [ROUNDS]      default: the newest source package, 5 rounds
set -euo pipefail
cd "$(dirname "$0")/../.."
. eng/lib/output.sh
release=${1:-newest} rounds=${2:-5}
tree=$(eng/qemu-source.sh "$release")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet publish QemuTest/Tool -c Release -o "$work/tool" --nologo -v quiet >&2

# Runs a command and adds 'NAME seconds KiB' to the list: wall time and the largest resident size.
measure() {
  local name=$1
  shift
  python3 - "$name" "$@" <<'PY' >>"$work/list"
import os, resource, subprocess, sys, time
start = time.monotonic()
subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
print(sys.argv[1], time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PY
}

for ((i = 0; i < rounds; i++)); do
  rm -rf "$work/ours" "$work/theirs"
  mkdir "$work/theirs"
  measure ours dotnet "$work/tool/qemu-test.dll" qapi --schema "$tree/qapi/qapi-schema.json" --output "$work/ours" --namespace Bench
  measure QEMU env PYTHONDONTWRITEBYTECODE=1 python3 "$tree/scripts/qapi-gen.py" -o "$work/theirs" "$tree/qapi/qapi-schema.json"
done
say "QEMU $(cat "$tree/VERSION"), $rounds rounds alternately; best of each"
sort -k1,1 -k2,2n "$work/list" | awk '
  !($1 in time) { time[$1] = $2; memory[$1] = $3 }
  $3 < memory[$1] { memory[$1] = $3 }
  END {
    for (name in time) printf "%-5s %6.3f s %7.1f MiB\n", name, time[name], memory[name] / 1024
    printf "ratio %6.2f   %7.2f     (QEMU / ours)\n", time["QEMU"] / time["ours"], memory["QEMU"] / memory["ours"]
  }'
