#!/usr/bin/env bash
# usage: eng/Bench/archives.sh [PACKAGE[:ARCH]]
# Compares the time that this library takes to extract a real kernel package with the usual tools. apt downloads the package, and tools that
# are not installed, into a folder that is deleted at the end. Default: the newest linux-image of the machine's suite.
# Best of 3; wall and CPU seconds (user + system).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/eng/lib/output.sh"
. "$root/eng/lib/apt.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"; apt_end' EXIT
apt_begin
cd "$work"
mkdir tools
for tool in zstd bsdtar:libarchive-tools; do
  command -v "${tool%:*}" >/dev/null && continue
  (cd tools && apt_run -qq -o APT::Sandbox::User= download "${tool#*:}" && dpkg -x ./*.deb . && rm ./*.deb)
done
PATH=$PATH:$work/tools/usr/bin
for tool in tar unxz xz zstd ar gzip bsdtar; do
  "$tool" --version >/dev/null || die "This comparison needs $tool, which does not run here."
done
package=${1:-$(apt-cache -c "$apt_folder/apt.conf" depends "linux-image-$(dpkg --print-architecture)" | sed -nE 's/.*Depends: (linux-image-\S+)/\1/p' | head -1)}
apt_run -qq -o APT::Sandbox::User= download "$package"
deb=$(ls ./*.deb)
ar x "$deb"
unxz -k data.tar.xz
gzip -k data.tar
zstd -q data.tar
dotnet build "$root/QemuTest/Tool" -c Release --nologo -v quiet -clp:ErrorsOnly
tool="dotnet $root/QemuTest/Tool/bin/Release/net10.0/qemu-test.dll"

measure() { # NAME COMMAND...
  local name=$1 best= line
  shift
  for _ in 1 2 3; do
    rm -rf out && mkdir out
    line=$({ TIMEFORMAT='%R %U %S'; time "$@" >/dev/null 2>err; } 2>&1) || { printf '| %s | failed: %s | |\n' "$name" "$(head -1 err)"; return; }
    best=$(printf '%s\n%s\n' "$best" "$line" | sed '/^$/d' | sort -n | head -1)
  done
  awk -v name="$name" -v t="$best" 'BEGIN { split(t, s, " "); printf "| %s | %.2f | %.2f |\n", name, s[1], s[2] + s[3] }'
}

echo "$(basename "$deb"): $(stat -c %s "$deb") bytes, data.tar $(stat -c %s data.tar) bytes, $(tar -tf data.tar | wc -l) members; $(nproc) CPUs, load $(cut -d' ' -f1 /proc/loadavg)"
echo
echo '| extract all | wall s | CPU s |'
echo '|---|---:|---:|'
for file in "$deb" data.tar data.tar.gz data.tar.xz data.tar.zst; do
  measure "qemu-test extract ${file##*/}" $tool extract --allow-case-collisions "$file" out
done
measure 'tar -xf data.tar' tar -xf data.tar -C out
measure 'tar -xzf data.tar.gz' tar -xzf data.tar.gz -C out
measure 'tar -xJf data.tar.xz' tar -xJf data.tar.xz -C out
measure 'tar --zstd -xf data.tar.zst' tar --zstd -xf data.tar.zst -C out
measure 'unxz -c data.tar.xz | tar -x' sh -c 'unxz -c data.tar.xz | tar -x -C out'
measure 'zstd -dc data.tar.zst | tar -x' sh -c 'zstd -dc data.tar.zst | tar -x -C out'
measure 'bsdtar -xf data.tar.xz' bsdtar -xf data.tar.xz -C out
measure 'bsdtar -xf data.tar.zst' bsdtar -xf data.tar.zst -C out
