#!/usr/bin/env bash
# usage: eng/test-slowly.sh [COMMAND [ARGUMENT…]]
# Runs a command, eng/test.sh by default, with half of this machine's processor time: the results must be the same, only later. Exits with
# the command's exit code. A control group takes the time away if this user may create one; otherwise one busy process per core does.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
[ $# -gt 0 ] || set -- eng/test.sh

cores=$(nproc)
half_percent=$((cores * 50))

if [ -d /run/systemd/system ] && systemd-run --quiet --scope -p CPUQuota=$half_percent% true 2>/dev/null; then
  say "half of $cores cores: systemd-run, CPUQuota=$half_percent%"
  exec systemd-run --quiet --scope -p CPUQuota=$half_percent% "$@"
fi

busy=()
group=/sys/fs/cgroup/cpu/qemu-test-slowly.$$
clean() {
  [ ${#busy[@]} -eq 0 ] || kill "${busy[@]}" 2>/dev/null || true
  rmdir "$group" 2>/dev/null || true
}
trap clean EXIT

if mkdir "$group" 2>/dev/null && echo $((half_percent * 1000)) 2>/dev/null >"$group/cpu.cfs_quota_us"; then
  say "half of $cores cores: control group $group"
  status=0
  (echo "$BASHPID" >"$group/cgroup.procs" && exec "$@") || status=$?
  exit "$status"
fi

say "half of $cores cores: $cores busy processes (this user may not create a control group)"
for ((i = 0; i < cores; i++)); do
  setsid sh -c 'while :; do :; done' &
  busy+=($!)
done
status=0
"$@" || status=$?
exit "$status"
