#!/usr/bin/env bash
# Compares wall and CPU time of QEMU's functional tests that need no asset: upstream's own suite and ours, alternately, at equal
# parallelism, on the installed QEMU.
#   eng/Bench/functional.sh [RELEASE] [ROUNDS] [JOBS]      default: the newest source package, 3 rounds, one job per CPU
# Upstream's set is its quick lists on every installed target, flaky tests allowed. Ours is the quick suite without tests that upstream
# does not have there (user emulators, the 40p, reverse debugging) or skips (locked memory, because of a limit). The output of each run
# stays in out/bench.
set -euo pipefail
cd "$(dirname "$0")/../.."
. eng/lib/output.sh
. eng/lib/dotnet.sh
release=${1:-newest} rounds=${2:-3} jobs=${3:-$(nproc)}
for tool in python3 ncat dotnet; do
  command -v "$tool" >/dev/null || die "Install $tool: upstream's suite skips or fails without it."
done
tree=$(eng/qemu-source.sh "$release")
out=$PWD/out/bench
rm -rf "$out"
mkdir -p "$out/python" "$out/build/tests/functional" "$out/cache"
# Replaces the TAP runner that upstream takes from a package registry. It does less, so it costs upstream less time.
cat >"$out/python/pycotap.py" <<'PY'
import enum, sys, unittest

LogMode = enum.Enum("LogMode", "LogToError LogToYAML LogToAttachment LogToDiagnostics")

class _Result(unittest.TestResult):
    def _tell(self, ok, test, more=""):
        print("ok" if ok else "not ok", self.testsRun, test.id() + more, file=sys.__stdout__, flush=True)
    def addSuccess(self, test):
        self._tell(True, test)
    def addSkip(self, test, reason):
        self._tell(True, test, " # SKIP " + reason)
    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._tell(False, test)
        print(self.failures[-1][1], file=sys.stderr)
    def addError(self, test, error):
        super().addError(test, error)
        self._tell(False, test)
        print(self.errors[-1][1], file=sys.stderr)

class TAPTestRunner:
    def __init__(self, **modes):
        pass
    def run(self, test):
        result = _Result()
        sys.stdout = sys.stderr
        test(result)
        sys.stdout = sys.__stdout__
        print(f"1..{result.testsRun}")
        return result
PY
build_all
eng/qemu-test --help >/dev/null 2>&1

# Prints the names in a list of a meson.build.
listed() { [ ! -e "$1" ] || sed -n "/^$2 = \[/,/^\]/s/^ *'\([^']*\)'.*/\1/p" "$1"; }

generic=$(listed "$tree/tests/functional/generic/meson.build" tests_generic_system)
for binary in $(compgen -c qemu-system- | grep -x 'qemu-system-[a-z0-9_]*' | sort -u); do
  binary=$(command -v "$binary") target=${binary##*/qemu-system-}
  # A name such as qemu-system-amd64 is a link to the binary of the target's own name.
  [ "$(basename "$(realpath "$binary")")" = "qemu-system-$target" ] || continue
  for name in $generic $(listed "$tree/tests/functional/$target/meson.build" "tests_${target}_system_quick"); do
    file=$tree/tests/functional/$target/test_$name.py
    [ -e "$file" ] || file=$tree/tests/functional/generic/test_$name.py
    printf '%s %s\n' "$binary" "$file"
  done
done >"$out/upstream.list"

theirs() {
  export PYTHONPATH=$tree/python:$tree/tests/functional:$out/python
  export QEMU_BUILD_ROOT=$out/build QEMU_TEST_FLAKY_TESTS=1 QEMU_TEST_ALLOW_UNTRUSTED_CODE=1
  export QEMU_TEST_NO_DOWNLOAD=1 QEMU_TEST_CACHE_DIR=$out/cache
  # One process per file, as under meson.
  (cd "$out/build" && xargs -P "$jobs" -L 1 sh -c 'QEMU_TEST_QEMU_BINARY=$0 exec python3 "$1" >"$2.$$.tap" 2>"$2.$$.err"' <"$1") || true
}

cat >"$out/ours.runsettings" <<XML
<RunSettings><NUnit><NumberOfTestWorkers>$jobs</NumberOfTestWorkers></NUnit></RunSettings>
XML
ours() {
  eng/qemu-test tap tests/Functional/bin/Debug/net10.0/QemuTest.Functional.dll --settings "$out/ours.runsettings" \
    --filter 'TestCategory=quick&FullyQualifiedName!~.UserProgramTests.&FullyQualifiedName!~.Prep40pTests.&FullyQualifiedName!~.ReverseDebuggingTests.&FullyQualifiedName!~.MemoryLockTests.' \
    --output "$out/ours" >"$1" 2>"$1.err" || true
}

# Runs one suite and prints 'NAME ROUND wall user+system passed failed skipped'.
measure() { # NAME ROUND
  local folder=$out/$1.$2 times
  mkdir -p "$folder"
  if [ "$1" = upstream ]; then
    sed "s|\$| $folder/r|" "$out/upstream.list" >"$folder/list"
    times=$({ TIMEFORMAT='%R %U %S'; time theirs "$folder/list" >"$folder/xargs.log" 2>&1; } 2>&1)
  else
    times=$({ TIMEFORMAT='%R %U %S'; time ours "$folder/r.tap"; } 2>&1)
  fi
  cat "$folder"/r*.tap | awk -v name="$1" -v round="$2" -v times="$times" '
    /^not ok/ { failed++; next }
    /^ok.*# SKIP/ { skipped++; next }
    /^ok/ { passed++ }
    END { split(times, t, " "); printf "%-8s %d %8.1f %8.1f %6d %6d %6d\n", name, round, t[1], t[2] + t[3], passed, failed, skipped }'
}

say "QEMU's tests $(cat "$tree/VERSION"), $(wc -l <"$out/upstream.list") files; $jobs at a time, $rounds rounds alternately; load $(cut -d' ' -f1 /proc/loadavg)"
echo 'suite  round   wall s    CPU s passed failed skipped'
for ((round = 1; round <= rounds; round++)); do
  measure upstream "$round"
  measure ours "$round"
done | tee "$out/times"
# The median of the rounds.
sort -k1,1 -k3,3n "$out/times" | awk '
  { n[$1]++; wall[$1, n[$1]] = $3; cpu[$1, n[$1]] = $4 }
  END {
    for (s in n) { m = int((n[s] + 1) / 2); w[s] = wall[s, m]; c[s] = cpu[s, m] }
    printf "ours / upstream, median wall time: %.2f (CPU time of those rounds: %.2f)\n", w["ours"] / w["upstream"], c["ours"] / c["upstream"]
  }'
