# Builds and tests, for the scripts. Sourced from the root of the checkout; needs output.sh.

# No build server stays behind, and ICU is not needed.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
# These processes are too short-lived for tiered PGO to pay off.
export DOTNET_TieredPGO=0
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

# Builds everything. A failed build shows its errors.
build_all() {
  local log
  say "building"
  if ! log=$(dotnet build QemuTest.sln --nologo -v quiet 2>&1); then
    grep -E 'error' <<<"$log" | sort -u | head -n 20 >&2 || tail -n 20 <<<"$log" >&2
    die "The build failed (errors above)."
  fi
}

# Runs tests and prints the results. The output of dotnet goes to out/test.log.
#   run_tests FILTER    an empty filter runs everything
run_tests() {
  local status=0
  test_into out "$1" || status=$?
  eng/qemu-test results --trx out/results --records out/qemu-test || status=$?
  if [ "$status" -ne 0 ]; then
    say "Output of the runner: out/test.log. Logs of each test: out/qemu-test."
  fi
  return "$status"
}

# Runs tests and leaves test.log, results (TRX and JUnit) and qemu-test in a folder below the root. Earlier ones are deleted.
#   test_into FOLDER FILTER
test_into() {
  rm -rf "$1/results" "$1/qemu-test"
  mkdir -p "$1/results"
  # One assembly at a time, because each already uses every core.
  dotnet test QemuTest.sln --no-build --nologo -maxcpucount:1 ${2:+--filter "$2"} \
    --results-directory "$1/results" --logger 'trx;LogFilePrefix=results' --logger 'console;verbosity=normal' \
    --logger "junit;LogFilePath=$PWD/$1/results/{assembly}.junit.xml" \
    --blame-hang --blame-hang-timeout 15m --blame-hang-dump-type none \
    -- NUnit.WorkDirectory="$PWD/$1" NUnit.DisplayName=FullName >"$1/test.log" 2>&1
}
