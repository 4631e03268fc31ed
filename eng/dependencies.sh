#!/usr/bin/env bash
# Prints which package, folder and class of the library knows which, read from the compiled code.
#   eng/dependencies.sh                                  this checkout, built first
#   eng/dependencies.sh PROJECT-FOLDER ASSEMBLY ...      any project that was built
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/eng/lib/dotnet.sh"
tool=(dotnet run --project "$root/eng/Dependencies" --)
if [ $# -eq 0 ]; then
  arguments=()
  for project in "$root"/QemuTest/*/*.csproj; do
    folder=$(dirname "$project")
    dotnet build "$project" --nologo -v quiet -clp:ErrorsOnly >&2
    name=$(sed -n 's:.*<AssemblyName>\(.*\)</AssemblyName>.*:\1:p' "$project")
    arguments+=("$folder" "$folder/bin/Debug/net10.0/${name:-$(basename "$project" .csproj)}.dll")
  done
  exec "${tool[@]}" "${arguments[@]}"
fi
exec "${tool[@]}" "$@"
