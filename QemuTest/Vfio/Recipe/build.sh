#!/usr/bin/env bash
# Builds the VFIO lab's guest image from distribution packages: kernel, initramfs and modules (built here: mtty from the kernel's own
# source package, and our synthdev). Prints the image's folder. Installs nothing on the host: packages are unpacked.
# An image is kept under a key of its contents, and deleted after a week without use. An existing image of this recipe is used, so that
# two checkouts with different recipes do not rebuild in turn.
#   --refresh   look for a newer kernel even if the recipe has not changed
# Users run it as 'qemu-test lab build'. It needs only the files of its own folder and apt-source.sh, in the same folder or in a checkout.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
apt_source=$here/apt-source.sh
[ -e "$apt_source" ] || apt_source=$here/../../Core/Assets/Sources/Apt/apt-source.sh

say() { printf '%s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$1" >&2
  shift
  [ $# -eq 0 ] || printf '       %s\n' "$@" >&2
  exit 1
}

cache=${XDG_CACHE_HOME:-$HOME/.cache}/qemu-test/vfio-lab
modules=(netfs 9pnet 9p 9pnet_virtio failover net_failover virtio_net irqbypass vfio vfio_iommu_type1 mdev)

for tool in busybox gcc make cpio xz ar dpkg-deb; do
  command -v "$tool" >/dev/null || die "'$tool' is missing; the lab image is built with it." \
    "Install it (on Debian: apt install busybox-static gcc make cpio xz-utils binutils libelf1). 'qemu-test doctor' shows the other tools."
done
busybox=$(command -v busybox)
! ldd "$busybox" >/dev/null 2>&1 || die "'$busybox' is not static, and the lab's guest has no libraries." "Install the package busybox-static."

recipe=$({
  cat "$here/build.sh" "$here/init" "$here/synthdev/synthdev.c" "$busybox"
  . /etc/os-release && printf '%s %s' "$VERSION_CODENAME" "$(gcc -dumpfullversion)"
} | sha256sum | cut -c1-32)

# The key of the image of this recipe, if there is one. The newest, if --refresh left two.
key_of_recipe() {
  local newest= file
  for file in "$cache"/[0-9a-f]*/recipe; do
    # The link 'current' matches the pattern too, and is no image.
    [ ! -L "${file%/recipe}" ] && [ "$(cat "$file" 2>/dev/null)" = "$recipe" ] || continue
    [ -n "$newest" ] && [ ! "$file" -nt "$newest" ] || newest=$file
  done
  [ -z "$newest" ] || basename "$(dirname "$newest")"
}
# Makes an image the current one, under the lock.
use() { # KEY
  touch "$cache/$1"
  ln -sfn "$1" "$cache/.next"
  mv -T "$cache/.next" "$cache/current"
  find "$cache" -mindepth 1 -maxdepth 1 -type d ! -name '.build.*' ! -name "$1" -mtime +7 -exec rm -rf {} +
  printf '%s\n' "$cache/$1"
}

key=$(key_of_recipe)
if [ -n "$key" ] && [ "$(readlink "$cache/current")" = "$key" ] && [ "${1-}" != --refresh ]; then
  touch "$cache/$key"
  printf '%s\n' "$cache/$key"
  exit 0
fi

mkdir -p "$cache"
exec 9>"$cache/.lock"
flock -w 900 9 || die "Another build of the lab image holds $cache/.lock for 15 minutes already."
key=$(key_of_recipe) # another process may have built it in the meantime
if [ -n "$key" ] && [ "${1-}" != --refresh ]; then
  use "$key"
  exit 0
fi
find "$cache" -maxdepth 1 -name '.build.*' -exec rm -rf {} + # left by a killed build; the lock is ours
work=$(mktemp -d "$cache/.build.XXXXXX")
trap 'rm -rf "$work"' EXIT

case $(. /etc/os-release && printf '%s-%s' "$ID" "${VERSION_ID-}") in
  debian-12) suite=bookworm-backports ;; # the mtty of Debian 12's own kernel cannot migrate
  debian-13) suite= ;;
  *) die "The lab image is built from Debian's packages, and this is not Debian 12 or 13." "Build it there and copy $cache over." ;;
esac

say "lab: fetching the kernel, its headers and the source of mtty"
apt=$work/apt
bash "$apt_source" "$apt" --update ${suite:+--also "$suite"}
depends() { apt-cache -c "$apt/apt.conf" depends "$1" | sed -n "s/^ *Depends: \($2\)$/\1/p" | head -n 1; }
headers=$(apt-cache -c "$apt/apt.conf" show linux-headers-amd64 ${suite:+-t "$suite"} 2>/dev/null |
  sed -n 's/^Depends: \(linux-headers-[^ ,]*\).*/\1/p' | head -n 1)
[ -n "$headers" ] || die "The archive has no kernel headers (linux-headers-amd64 has no candidate)." "The lab's modules cannot be built without them. Is main among the components in /etc/apt?"
release=${headers#linux-headers-}
version=$(apt-cache -c "$apt/apt.conf" policy "$headers" | sed -n 's/^ *Candidate: //p' | grep -v '(none)' || true)
[ -n "$version" ] || die "The archive has no kernel headers for $release ($headers)." "The lab's modules must be built for exactly that kernel."
source_package=linux-source-$(printf %s "$release" | cut -d. -f1,2)
(
  cd "$work"
  # As this user: apt's own user may not write here.
  apt-get -c "$apt/apt.conf" -o APT::Sandbox::User=root download -q "linux-image-$release=$version" "$headers=$version" \
    "$(depends "$headers" 'linux-headers-.*-common')=$version" "$(depends "$headers" 'linux-kbuild-.*')=$version" \
    "$source_package=$version" >download.log 2>&1 || die "The lab's packages could not be fetched:" "$(tail -n 5 download.log)"
)

say "lab: building for Linux $release"
for package in "$work"/linux-headers-*.deb "$work"/linux-kbuild-*.deb; do
  dpkg-deb -x "$package" "$work/headers"
done
tree=$work/headers/usr/src/linux-headers-$release
sed -i "s#include /usr/src/#include $work/headers/usr/src/#" "$tree/Makefile"
rm -f "$tree/vmlinux" # with it, the build needs pahole, for type information that the lab does not need

mkdir -p "$work/devices" "$work/kernel"
dpkg-deb --fsys-tarfile "$work/$source_package"_*.deb >"$work/source.tar"
tar -xOf "$work/source.tar" "./usr/src/$source_package.tar.xz" | tar -xJf - -C "$work" "$source_package/samples/vfio-mdev/mtty.c"
cp "$work/$source_package/samples/vfio-mdev/mtty.c" "$here/synthdev/synthdev.c" "$work/devices/"
rm -f "$work/source.tar"
echo 'obj-m := mtty.o synthdev.o' >"$work/devices/Makefile"
make -s -C "$tree" M="$work/devices" modules >"$work/make.log" 2>&1 || die "The devices do not build for $release:" "$(tail -n 15 "$work/make.log")"
strip --strip-debug "$work"/devices/{mtty,synthdev}.ko

members=(./boot/vmlinuz-"$release")
for module in "${modules[@]}"; do members+=("*/$module.ko*"); done
dpkg-deb --fsys-tarfile "$work"/linux-image-*.deb | tar -xf - -C "$work/kernel" --wildcards "${members[@]}"

root=$work/root
mkdir -p "$root"/{bin,modules,proc,sys,dev,tmp}
cp "$busybox" "$root/bin/busybox"
install -m 755 "$here/init" "$root/init"
for module in "${modules[@]}"; do
  file=$(find "$work/kernel" -name "$module.ko*" -print -quit)
  [ -n "$file" ] || die "The kernel package has no module '$module'." "It may be built in by now: then remove it from $here/build.sh."
  case $file in
    *.xz) xz -dc "$file" >"$root/modules/$module.ko" ;;
    *) cp "$file" "$root/modules/$module.ko" ;;
  esac
done
cp "$work"/devices/{mtty,synthdev}.ko "$root/modules/"
printf '%s\n' "${modules[@]}" mtty synthdev >"$root/modules/order"

image=$work/image
mkdir "$image"
(cd "$root" && find . -print0 | LC_ALL=C sort -z | cpio --null --create --format=newc --owner=0:0 --quiet) >"$image/initrd"
mv "$work/kernel/boot/vmlinuz-$release" "$image/vmlinuz"
printf '%s\n' "$recipe" >"$image/recipe"
printf '%s\n' "$release" >"$image/kernel-release"
{
  for package in "$work"/*.deb; do basename "$package" .deb; done
  printf 'busybox %s\ngcc %s\n' "$(sha256sum <"$busybox" | cut -c1-16)" "$(gcc -dumpfullversion)"
} >"$image/made-of"
key=$(cat "$image/recipe" "$image/made-of" | sha256sum | cut -c1-16)
rm -rf "${cache:?}/$key"
mv "$image" "$cache/$key"
say "lab: image $key, Linux $release"
use "$key"
