#!/usr/bin/env bash
# Installs everything that QemuTest needs to build, to test and to run the VFIO lab on Debian 12 or 13 with a .NET 10 SDK. Prints nothing
# and takes well under a second if nothing is missing. On any other system it names the missing programs and stops.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
[ $# -eq 0 ] || die "eng/setup.sh takes no arguments; it got: $*"
. eng/lib/apt.sh
trap apt_end EXIT

oldest_qemu=10.0

qemu_version() { qemu-system-x86_64 --version 2>/dev/null | sed -n '1s/^QEMU emulator version \([0-9.]*\).*/\1/p'; }
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }
installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

dotnet --list-sdks 2>/dev/null | grep -q '^10\.' ||
  die "The .NET 10 SDK is missing (dotnet --list-sdks names none)." "See https://dotnet.microsoft.com/download/dotnet/10.0"

id=$(. /etc/os-release && printf '%s-%s' "$ID" "${VERSION_ID-}")
case $id in
  debian-12) backports=bookworm-backports elf=libelf1 ;;
  debian-13) backports= elf=libelf1t64 ;;
  *)
    missing=()
    for tool in qemu-system-x86_64 qemu-img setpriv gcc make xz cpio busybox; do
      command -v "$tool" >/dev/null || missing+=("$tool")
    done
    version=$(qemu_version || true)
    at_least "$oldest_qemu" "${version:-0}" || missing+=("QEMU >= $oldest_qemu (found: ${version:-none})")
    [ -e "${XDG_CACHE_HOME:-$HOME/.cache}/qemu-test/vfio-lab/current" ] || missing+=("the VFIO lab image (build it on Debian with 'qemu-test lab build' and copy it here)")
    [ ${#missing[@]} -eq 0 ] && exit 0
    die "This script installs on Debian 12 and 13 only; this is $id. Missing here:" "${missing[@]}"
    ;;
esac

# meson is for one test, which shows that meson counts what we count; without it that test is skipped.
tools=(codespell qemu-utils gdb-multiarch tesseract-ocr util-linux busybox-static cpio gcc make binutils xz-utils meson "$elf")
wanted_tools=()
for package in "${tools[@]}"; do
  installed "$package" || wanted_tools+=("$package")
done
wanted_qemu=()
version=$(qemu_version || true)
if ! installed qemu-system || ! installed qemu-user || ! at_least "$oldest_qemu" "${version:-0}"; then
  wanted_qemu=(qemu-system qemu-user)
fi

if [ ${#wanted_tools[@]} -gt 0 ] || [ ${#wanted_qemu[@]} -gt 0 ]; then
  [ "$(id -u)" -eq 0 ] || [ -n "$as_root" ] ||
    die "Packages are missing: ${wanted_tools[*]-} ${wanted_qemu[*]-}" "Run this script as root, or install sudo."
  say "setup: installing ${wanted_tools[*]-} ${wanted_qemu[*]-}"
  apt_begin ${backports:+--also "$backports"}
  log=$apt_folder/install.log # deleted with the package source in any case
  for set in "wanted_tools" "wanted_qemu"; do
    declare -n packages=$set
    [ ${#packages[@]} -gt 0 ] || continue
    release=()
    if [ "$set" = wanted_qemu ] && [ -n "$backports" ]; then release=(-t "$backports"); fi
    apt_run install -y -q --no-install-recommends "${release[@]}" "${packages[@]}" >"$log" 2>&1 ||
      die "apt-get could not install ${packages[*]}:" "$(tail -n 15 "$log")"
  done
  version=$(qemu_version)
  at_least "$oldest_qemu" "$version" || die "QEMU $version was installed, but $oldest_qemu is needed." "Is another QEMU in PATH before /usr/bin?"
fi

QemuTest/Vfio/Recipe/build.sh >/dev/null
