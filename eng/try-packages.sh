#!/usr/bin/env bash
# usage: eng/try-packages.sh
# Packs the packages and uses them as a stranger does, in an empty folder, from the feed out/packages and the machine's NuGet sources:
# a console program that references only QemuTest.Qmp asks a QEMU for its version, a test project that references QemuTest.NUnit
# and QemuTest.Vfio builds and passes, and the installed tool qemu-test examines this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
. eng/lib/dotnet.sh
[ $# -eq 0 ] || die "eng/try-packages.sh takes no arguments; it was given: $*"

eng/pack.sh
feed=$PWD/out/packages
version=$(basename "$feed"/QemuTest.Qmp.[0-9]*.nupkg .nupkg | sed 's/^QemuTest\.Qmp\.\([0-9]\)/\1/')
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Packages of an earlier try must not be used. Other packages may come from the user's own folder.
cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}
export NUGET_PACKAGES=$work/packages
properties="<TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings>
  <TreatWarningsAsErrors>true</TreatWarningsAsErrors><RestoreAdditionalProjectSources>$feed</RestoreAdditionalProjectSources>
  <RestoreFallbackFolders>$([ ! -d "$cache" ] || printf %s "$cache")</RestoreFallbackFolders>"

# The version of a package that this repository uses.
pinned() { sed -nE "s#.*Include=\"$1\" Version=\"([^\"]*)\".*#\1#p" "$root/Directory.Packages.props"; }

# Runs a command in a folder of its own. Its output is shown only if it fails.
try() { # FOLDER COMMAND...
  local log
  log=$(cd "$work/$1" && "${@:2}" 2>&1) || die "In $1, this failed: ${*:2}" "$(tail -n 30 <<<"$log")"
  printf '%s\n' "$log"
}

say "a console program with QemuTest.Qmp"
mkdir "$work/console"
cat >"$work/console/console.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType>$properties</PropertyGroup>
  <ItemGroup><PackageReference Include="QemuTest.Qmp" Version="$version" /></ItemGroup>
</Project>
XML
cat >"$work/console/Program.cs" <<'CSHARP'
using System.Diagnostics;
using System.Net.Sockets;
using QemuTest.Qmp;

using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
string path = Path.GetFullPath("qmp.sock");
using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
listener.Bind(new UnixDomainSocketEndPoint(path));
listener.Listen();
using Process qemu = Process.Start(args[0], ["-machine", "none", "-display", "none", "-nodefaults", "-qmp", $"unix:{path}"]);
try
{
    await using QmpClient qmp = await QmpClient.AttachAsync(await listener.AcceptAsync(timeout.Token), cancellationToken: timeout.Token);
    VersionInfo version = await qmp.QueryVersionAsync(cancellationToken: timeout.Token);
    Console.WriteLine($"QEMU {version.Qemu.Major}.{version.Qemu.Minor}.{version.Qemu.Micro}");
}
finally
{
    qemu.Kill();
}
CSHARP
try console dotnet run -v quiet -- "${QEMU_TEST_QEMU_BINARY:-qemu-system-x86_64}"

say "a test project with QemuTest.NUnit and QemuTest.Vfio"
mkdir "$work/tests"
cat >"$work/tests/tests.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>$properties</PropertyGroup>
  <ItemGroup>
    <PackageReference Include="QemuTest.NUnit" Version="$version" />
    <PackageReference Include="QemuTest.Vfio" Version="$version" />
    <PackageReference Include="Microsoft.NET.Test.Sdk" Version="$(pinned Microsoft.NET.Test.Sdk)" />
    <PackageReference Include="NUnit3TestAdapter" Version="$(pinned NUnit3TestAdapter)" />
  </ItemGroup>
</Project>
XML
cat >"$work/tests/VersionTests.cs" <<'CSHARP'
[Quick, Target("x86_64")]
public sealed class VersionTests : QemuSystemTest
{
    [Test]
    public async Task The_monitor_reports_the_version()
    {
        await Vm.LaunchAsync(Token);
        VersionInfo version = await Vm.Qmp.QueryVersionAsync(cancellationToken: Token);
        Assert.That(version.Qemu.Major, Is.GreaterThanOrEqualTo(7));
        Assert.That(Path.Combine(AppContext.BaseDirectory, "lab", "build.sh"), Does.Exist);
    }
}
CSHARP
try tests dotnet test --nologo | tail -n 1

say "the tool"
mkdir "$work/tool"
try tool dotnet tool install --tool-path "$work/tool" --add-source "$feed" --version "$version" QemuTest.Tool
try tool ./qemu-test --version
try tool ./qemu-test doctor | tail -n 1
try tool ./qemu-test lab build | tail -n 1
[ -e "$(find "$work/tool" -path '*/lab/build.sh' -print -quit)" ] || die "The tool's package has no recipe of the lab."
say "The packages work."
