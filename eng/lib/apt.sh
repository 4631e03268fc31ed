# A private package source for one run of a script. Sourced; needs output.sh. The source itself is made by apt-source.sh, which
# describes it.

apt_source=$(dirname "${BASH_SOURCE[0]}")/../../QemuTest/Core/Assets/Sources/Apt/apt-source.sh
apt_folder=

# The prefix for commands that need root: nothing as root, otherwise sudo.
as_root=
if [ "$(id -u)" -ne 0 ] && command -v sudo >/dev/null; then
  as_root=sudo
fi

# Makes the source in a temporary folder and fetches its package lists. Arguments: options of apt-source.sh, for example --also SUITE.
apt_begin() { # OPTION...
  [ -z "$apt_folder" ] || return 0
  apt_folder=$(mktemp -d)
  chmod 755 "$apt_folder"
  "$apt_source" "$apt_folder" --update "$@"
}

apt_end() {
  [ -z "$apt_folder" ] || $as_root rm -rf "$apt_folder"
  apt_folder=
}

apt_run() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -c "$apt_folder/apt.conf" "$@"; }
