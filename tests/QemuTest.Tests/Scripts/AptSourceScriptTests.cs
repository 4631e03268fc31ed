using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Tests.Scripts;

/// <summary>The private package source of apt-source.sh. apt is a script of the test, so no mirror is asked.</summary>
[Quick]
[TestTimeout(60)]
public sealed class AptSourceScriptTests
{
    private readonly string _folder = Installed.NewFolder();

    private string Source => Path.Combine(_folder, "source");

    [Test]
    public async Task The_sources_are_the_machines_with_one_more_suite()
    {
        Apt("""echo "Debian|$name|http://mirror.invalid/debian/|main"; echo "Debian|$name-security|http://security.invalid/|main" """);

        (await MakeAsync("--also", "extra-backports")).Successful();

        string name = await CodenameAsync();
        Assert.That(await SourcesAsync(), Is.EqualTo([
            $"http://mirror.invalid/debian/ {name} main", $"http://security.invalid/ {name}-security main", "http://mirror.invalid/debian/ extra-backports main"]));
        Assert.That(await ConfigurationAsync(), Does.Not.Contain("status"), "the machine's installed packages count");
    }

    [Test]
    public async Task Another_suite_has_its_pockets_and_nothing_installed()
    {
        Apt("""echo "Debian|$name|http://mirror.invalid/debian/|main"; echo "Debian|$name-security|http://security.invalid/|main" """);

        (await MakeAsync("--suite", "trixie", "--suite", "own-backports", "--pockets", "--architecture", "arm64")).Successful();

        Assert.That(await SourcesAsync(), Is.EqualTo([
            "http://mirror.invalid/debian/ trixie main", "http://mirror.invalid/debian/ trixie-updates main",
            "http://security.invalid/ trixie-security main", $"http://mirror.invalid/debian/ {await CodenameAsync()}-backports main"]));
        Assert.That(await ConfigurationAsync(), Does.Contain($"Dir::State::status \"{Source}/status\"").And.Contain("APT::Architecture \"arm64\""));
        Assert.That((await File.ReadAllTextAsync(Path.Combine(Source, "suite"))).Trim(), Is.EqualTo("trixie"));
    }

    [Test]
    public async Task On_a_machine_without_package_lists_they_are_fetched_into_the_folder()
    {
        Apt($"""[ ! -e {_folder}/updated ] || echo "Debian|$name|http://mirror.invalid/debian/|main" """, update: $"touch {_folder}/updated");

        (await MakeAsync("--suite", "own")).Successful();

        Assert.That(await SourcesAsync(), Is.EqualTo([$"http://mirror.invalid/debian/ {await CodenameAsync()} main"]));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_folder, "calls")), Does.Contain($"Dir::State::lists={Source}/machine/lists"));
    }

    [Test]
    public async Task A_machine_without_Debian_sources_is_an_error_with_the_cure()
    {
        Apt("true");

        ProgramResult result = await MakeAsync("--suite", "trixie");

        Assert.That(result.Exit.IsClean, Is.False);
        Assert.That(result.StandardError, Does.Contain("knows no Debian archive").And.Contain("deb MIRROR SUITE main"));
    }

    [Test]
    public async Task An_old_keyring_is_replaced_by_the_newest_one_of_the_release()
    {
        Installed.Script(_folder, "dpkg-deb", "mkdir -p \"$3/usr/share/keyrings\"; touch \"$3/usr/share/keyrings/debian-archive-keyring.gpg\"");
        Apt(
            """echo "Debian|$name|http://mirror.invalid/debian/|main" """,
            update: $"case $* in *{Source}/own/*) ;; *) grep -q {Source}/keyring {Source}/sources.list || {{ echo 'NO_PUBKEY 1' >&2; exit 100; }} ;; esac");

        ProgramResult result = await MakeAsync("--suite", "trixie", "--update");

        Assert.That(result.Exit.IsClean, result.StandardError);
        Assert.That(
            await File.ReadAllTextAsync(Path.Combine(Source, "sources.list")),
            Does.Contain($"[signed-by={Source}/keyring/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.invalid/debian/ trixie main"));
    }

    private void Apt(string indexes, string update = "") => Installed.Script(_folder, "apt-get", $"""
        echo "$*" >> {_folder}/calls
        name=$(. /etc/os-release && echo "$VERSION_CODENAME")
        for word; do
          case $word in
            indextargets) {indexes} ;;
            update) {(update.Length > 0 ? update : "true")} ;;
            download) touch debian-archive-keyring_1_all.deb ;;
          esac
        done
        """);

    private Task<ProgramResult> MakeAsync(params string[] options) => ChildProgram.RunAsync(
        "bash",
        [Path.Combine(Checkout.Root, "QemuTest", "Core", "Assets", "Sources", "Apt", "apt-source.sh"), Source, .. options],
        TimeSpan.FromSeconds(30),
        new Dictionary<string, string> { ["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}" },
        cancellationToken: Installed.Token);

    // Without the type and the key.
    private async Task<string[]> SourcesAsync() =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(Source, "sources.list"))).Select(line => line[line.IndexOf("http", StringComparison.Ordinal)..])];

    private Task<string> ConfigurationAsync() => File.ReadAllTextAsync(Path.Combine(Source, "apt.conf"));

    private static async Task<string> CodenameAsync() => (await ChildProgram.RunAsync(
        "sh", ["-c", ". /etc/os-release && printf %s \"$VERSION_CODENAME\""], TimeSpan.FromSeconds(30))).StandardOutput;
}
