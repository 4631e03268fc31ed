# Building and testing, as run.sh and test.sh both do it. Sourced from the checkout's root; needs output.sh.

# No build servers stay behind, and a machine without ICU will do.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
# Nothing here lives long enough for what the compiler learns by watching it to pay.
export DOTNET_TieredPGO=0
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

# Builds everything; a build that fails shows its errors.
build_all() {
  local log
  say "building"
  if ! log=$(dotnet build QemuTest.sln --nologo -v quiet 2>&1); then
    grep -E 'error' <<<"$log" | sort -u | head -n 20 >&2 || tail -n 20 <<<"$log" >&2
    die "The build failed (errors above)."
  fi
}

# Runs tests and tells what they came to; what dotnet prints meanwhile goes to out/test.log.
#   run_tests FILTER    an empty filter runs everything
run_tests() {
  local status=0
  test_into out "$1" || status=$?
  eng/qemu-test results --trx out/results --records out/qemu-test --junit out/results/junit.xml || status=$?
  if [ "$status" -ne 0 ]; then
    say "What the runner printed: out/test.log. What each test left: out/qemu-test."
  fi
  return "$status"
}

# Runs tests, leaving test.log, results and qemu-test in a folder below the checkout's root; what was there of them goes.
#   test_into FOLDER FILTER
test_into() {
  rm -rf "$1/results" "$1/qemu-test"
  mkdir -p "$1/results"
  # One assembly at a time: each already uses every core.
  dotnet test QemuTest.sln --no-build --nologo -maxcpucount:1 ${2:+--filter "$2"} \
    --results-directory "$1/results" --logger 'trx;LogFilePrefix=results' --logger 'console;verbosity=normal' \
    --blame-hang --blame-hang-timeout 15m --blame-hang-dump-type none \
    -- NUnit.WorkDirectory="$PWD/$1" NUnit.DisplayName=FullName >"$1/test.log" 2>&1
}
