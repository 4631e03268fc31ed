#!/usr/bin/env bash
# usage: eng/interchange.sh
# Shows that upstream's harness and this one use each other's caches. QEMU's source package comes through the machine's apt
# (eng/qemu-source.sh). Needs python3, and assets: those of ../shared/assets if there, else the network.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
server=
export PYTHONDONTWRITEBYTECODE=1
trap '[ -z "$server" ] || kill "$server" || true; rm -rf "$work"' EXIT

echo "== QEMU's source package"
source=$("$root/eng/qemu-source.sh" newest)
echo "QEMU $(cat "$source/VERSION")"

upstream() { # CACHE SCRIPT...: python with upstream's Asset class, and its cache in CACHE
  QEMU_TEST_CACHE_DIR=$1 PYTHONPATH=$work python3 - "$source" "${@:2}"
}

# Upstream's class, alone: its package also imports what only a test run needs. A download would raise.
cat >"$work/upstream_asset.py" <<'PYTHON'
import importlib.util, logging, sys
def load(source):
    spec = importlib.util.spec_from_file_location("asset", source + "/tests/functional/qemu_test/asset.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    logging.basicConfig(level=logging.WARNING)
    return module
PYTHON

echo "== a cache that this harness filled"
ours=$work/ours
[ ! -x "$root/../shared/assets/unpack.sh" ] || "$root/../shared/assets/unpack.sh" "$work/stock" >/dev/null
# The files reach our cache through our own fetch: a mirror rule turns each address into one of a server on this machine.
mkdir -p "$work/www"
python3 - "$root" "$work" <<'PYTHON'
import json, os, sys, urllib.parse
root, work = sys.argv[1:]
names = []
for asset in json.load(open(f"{root}/assets-manifest/upstream.json"))["assets"]:
    stock = f"{work}/stock/download/{asset['sha256']}"
    if os.path.exists(stock):
        path = f"{work}/www/" + asset["sources"][0].split("://", 1)[1]
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.link(stock, path)
        names.append((asset["name"], asset["sources"][0], asset["sha256"]))
with open(f"{work}/assets", "w") as out:
    out.writelines("\t".join(row) + "\n" for row in names)
PYTHON
count=$(wc -l <"$work/assets")
names=$(cut -f1 "$work/assets")
if [ "$count" -gt 0 ]; then
  python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$work/www" >"$work/server.log" 2>&1 &
  server=$!
  for _ in $(seq 100); do grep -q 'port [0-9]' "$work/server.log" && break; sleep 0.1; done
  port=$(sed -nE 's/.*port ([0-9]+).*/\1/p' "$work/server.log" | head -1)
  mirrors="https://=http://127.0.0.1:$port/ http://=http://127.0.0.1:$port/"
else
  mirrors=
  python3 - "$root" >"$work/assets" <<'PYTHON'
import json, sys
for asset in json.load(open(f"{sys.argv[1]}/assets-manifest/upstream.json"))["assets"]:
    print(asset["name"], asset["sources"][0], asset["sha256"], sep="\t")
PYTHON
  names=$(cut -f1 "$work/assets")
fi
QEMU_TEST_CACHE_DIR=$ours QEMU_TEST_ASSET_MIRRORS=$mirrors "$root/eng/qemu-test" precache $names

echo "== upstream uses it without downloading"
upstream "$ours" "$work/assets" <<'PYTHON'
import os, sys, urllib.request
import upstream_asset
module = upstream_asset.load(sys.argv[1])
def refuse(*args, **kwargs):
    raise AssertionError("upstream tried to download")
urllib.request.urlopen = refuse
for line in open(sys.argv[2]):
    name, url, digest = line.rstrip("\n").split("\t")
    asset = module.Asset(url, digest)
    before = os.stat(asset.cache_file).st_ino
    path = asset.fetch()
    assert os.stat(path).st_ino == before and asset.valid(), name
    print("used", name)
PYTHON

test=$(find "$source/tests/functional" -name 'test_*uno.py' | head -1)
if command -v qemu-system-avr >/dev/null && [ -n "$test" ]; then
  echo "== upstream's own test runs from it"
  mkdir -p "$work/build" "$work/stub"
  # pycotap only prints; unittest's own runner does here.
  printf 'class TAPTestRunner: pass\nclass LogMode: LogToError = None\n' >"$work/stub/pycotap.py"
  (cd "$(dirname "$test")" && QEMU_BUILD_ROOT=$work/build QEMU_TEST_NO_DOWNLOAD=1 QEMU_TEST_CACHE_DIR=$ours \
    QEMU_TEST_QEMU_BINARY=$(command -v qemu-system-avr) \
    PYTHONPATH=$work/stub:$source/tests/functional:$source/python \
    python3 -m unittest -v "$(basename "$test" .py)" 2>&1 | tee "$work/unittest.log")
  grep -q '^OK$' "$work/unittest.log" || { echo "interchange.sh: upstream's test did not pass" >&2; exit 1; }
fi

echo "== this harness uses a cache that upstream filled, without downloading"
theirs=$work/theirs
upstream "$theirs" "$work/assets" "${port:-}" <<'PYTHON'
import sys, urllib.request
import upstream_asset
module = upstream_asset.load(sys.argv[1])
real, port = urllib.request.urlopen, sys.argv[3]
if port:
    urllib.request.urlopen = lambda url, *rest: real(f"http://127.0.0.1:{port}/" + url.split("://", 1)[1], *rest)
for line in open(sys.argv[2]):
    name, url, digest = line.rstrip("\n").split("\t")
    module.Asset(url, digest).fetch()
PYTHON
QEMU_TEST_CACHE_DIR=$theirs QEMU_TEST_NO_DOWNLOAD=1 "$root/eng/qemu-test" precache $names
echo "interchange: both ways"
