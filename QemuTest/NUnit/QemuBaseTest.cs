using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>
/// The root of all QEMU tests: which binary, which folders, what is logged and what is left behind. One instance a test, tests in
/// parallel. Equals upstream's <c>QemuBaseTest</c>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "NUnit makes one instance a test; the tear-down closes the log.")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[TestTimeout(90)]
[Parallelizable(ParallelScope.All)]
public abstract partial class QemuBaseTest
{
    private const string KeepScratchVariable = "QEMU_TEST_KEEP_SCRATCH";

    // Longer names would not fit into a file name together with what tests put below.
    private const int LongestTestId = 150;

    private readonly Dictionary<string, string> _facts = [];
    private string? _qemuBin;
    private string? _socketDirectory;
    private TestLog? _log;
    private IReadOnlyList<FailureSection>? _evidence;
    private long _began;

    /// <summary>The QEMU under test. Default: <c>QEMU_TEST_QEMU_BINARY</c>; where that is unset and the fixture names a target, the
    /// target's binary in <c>QEMU_BUILD_ROOT</c> or PATH. A test may set its own, before it makes a machine.</summary>
    /// <exception cref="QemuBinaryException">There is no default.</exception>
    public string QemuBin
    {
        get => _qemuBin ??= DefaultBinary(TargetProperty) ?? throw new QemuBinaryException(
            TargetProperty is null or SystemTargets.NoneFound
                ? $"No QEMU to test: set {SystemTargets.BinaryVariable} to a {BinaryPrefix}* binary, or install one (eng/setup.sh does)."
                : $"No QEMU for target '{TargetProperty}': set {SystemTargets.BinaryVariable}, or install {BinaryPrefix}{TargetProperty} " +
                  $"in PATH or below {SystemTargets.BuildRootVariable}.");
        set => _qemuBin = value;
    }

    /// <summary>The target by the binary's name, for example <c>x86_64</c>.</summary>
    public string Arch => QemuBinary.TargetOf(QemuBin);

    /// <summary>Where the test's logs go; it stays.</summary>
    public string OutputDirectory { get; private set; } = "";

    /// <summary>An empty folder for the test's own files. It is removed after the test, unless <c>QEMU_TEST_KEEP_SCRATCH</c> is in the
    /// environment (then it is <c>scratch</c> below <see cref="OutputDirectory"/>).</summary>
    public string ScratchDirectory { get; private set; } = "";

    /// <summary>A folder with a short path for Unix sockets, removed after the test.</summary>
    public string SocketDirectory => _socketDirectory ??= RunFolders.NewTemporaryFolder();

    /// <summary>Cancelled when the test's time (<c>[CancelAfter]</c>) is over.</summary>
    protected static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    private static string? TargetProperty
    {
        get
        {
            TestContext.TestAdapter test = TestContext.CurrentContext.Test;
            return test.AllPropertyValues(TargetAttribute.Property).OfType<string>().FirstOrDefault();
        }
    }

    /// <summary>Whether the test is of a system emulator (else of a user emulator).</summary>
    private protected virtual bool EmulatesSystem => true;

    private string BinaryPrefix => EmulatesSystem ? "qemu-system-" : "qemu-";

    private static bool KeepScratch => Environment.GetEnvironmentVariable(KeepScratchVariable) is not null;

    /// <summary>A path in <see cref="ScratchDirectory"/>; its folders are not made.</summary>
    public string ScratchFile(params string[] parts) => Path.Combine([ScratchDirectory, .. parts]);

    /// <summary>A path in <see cref="OutputDirectory"/>, which outlives the test.</summary>
    public string LogFile(params string[] parts) => Path.Combine([OutputDirectory, .. parts]);

    /// <summary>A path below the folder <c>Data</c> beside the test's assembly. Equals upstream's <c>data_file</c>, whose folder is
    /// that of the tests in QEMU's tree.</summary>
    public static string DataFile(params string[] parts) =>
        Path.Combine([TestContext.CurrentContext.TestDirectory, "Data", .. parts]);

    /// <summary>A path in QEMU's build tree, <c>QEMU_BUILD_ROOT</c>; skips the test without one.</summary>
    public static string BuildFile(params string[] parts)
    {
        string? root = Environment.GetEnvironmentVariable(SystemTargets.BuildRootVariable);
        if (string.IsNullOrEmpty(root))
            Assert.Ignore($"{SystemTargets.BuildRootVariable} is not set: the test needs {Path.Combine(parts)} of QEMU's build tree");
        return Path.Combine([Path.GetFullPath(root!), .. parts]);
    }

    /// <summary>The path of a TCG plugin in QEMU's build tree. Equals upstream's <c>plugin_file</c>, but is absolute.</summary>
    /// <param name="name">The plugin, for example <c>libinsn</c>.</param>
    public static string PluginFile(string name) => BuildFile("tests", "tcg", "plugins", name + ".so");

    /// <summary>Writes a line to the test's <c>base.log</c>.</summary>
    public void Log(string line) => _log?.Write(line);

    /// <summary>Makes the folders and opens the log.</summary>
    [SetUp]
    public async Task SetUpQemuBaseAsync()
    {
        _began = Stopwatch.GetTimestamp();
        string id = TestId(TestContext.CurrentContext.Test.FullName);
        string work = Path.Combine(TestContext.CurrentContext.WorkDirectory, "qemu-test");
        OutputDirectory = Path.Combine(work, TargetFolder(), id);
        Directory.CreateDirectory(OutputDirectory);
        _log = new TestLog(LogFile("base.log"));
        ScratchDirectory = KeepScratch ? LogFile("scratch") : RunFolders.NewScratchFolder(work, $"{TargetFolder()}.{id}");
        if (KeepScratch && Directory.Exists(ScratchDirectory))
            Directory.Delete(ScratchDirectory, recursive: true);
        Directory.CreateDirectory(ScratchDirectory);
        Log($"test {TestContext.CurrentContext.Test.FullName}");
        await SkipOtherTargetAsync().ConfigureAwait(false);
        await SkipWithoutAssetsAsync().ConfigureAwait(false);
    }

    /// <summary>Writes the record and, for a failed test, the report; removes what was scratch. Runs after every derived tear-down.</summary>
    [TearDown]
    public async Task TearDownQemuBaseAsync()
    {
        TestContext.ResultAdapter result = TestContext.CurrentContext.Result;
        await CaptureFailureAsync().ConfigureAwait(false);
        if (_evidence is not null)
            ReportFailure(result.Message, _evidence);
        var record = new TestRecord
        {
            Test = TestContext.CurrentContext.Test.FullName,
            Outcome = result.Outcome.Status.ToString(),
            Message = string.IsNullOrEmpty(result.Message) ? null : result.Message,
            Seconds = Math.Round(Stopwatch.GetElapsedTime(_began).TotalSeconds, 3),
            Binary = _qemuBin,
            Logs = OutputDirectory,
            Facts = _facts.Count == 0 ? null : _facts,
        };
        record.Write(LogFile("record.json"));
        _log?.Dispose();
        if (_socketDirectory is not null && Directory.Exists(_socketDirectory))
            Directory.Delete(_socketDirectory, recursive: true);
        if (!KeepScratch && Directory.Exists(ScratchDirectory))
            Directory.Delete(ScratchDirectory, recursive: true);
    }

    /// <summary>Puts a fact into the test's record, from where <c>eng/run.sh</c> and reports show it. Told twice, the last counts.</summary>
    protected void RecordFact(string fact, string value)
    {
        _facts[fact] = value;
        Log($"{fact}: {value}");
    }

    /// <summary>Takes down the evidence of a failed test, once. A rung's tear-down calls it before it ends what the evidence is of.</summary>
    private protected async Task CaptureFailureAsync()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed)
            _evidence ??= await DescribeFailureAsync().ConfigureAwait(false);
    }

    /// <summary>The parts of the failure report that this rung knows of.</summary>
    private protected virtual Task<IReadOnlyList<FailureSection>> DescribeFailureAsync() => Task.FromResult<IReadOnlyList<FailureSection>>([]);

    private string? DefaultBinary(string? target) =>
        SystemTargets.Chosen() is { } chosen ? SystemTargets.Checked(chosen)
        : EmulatesSystem ? SystemTargets.BinaryFor(target) : SystemTargets.UserBinaryFor(target);

    private static string TestId(string fullName)
    {
        string id = string.Concat(fullName.Select(c => char.IsAsciiLetterOrDigit(c) || "._-(),=+".Contains(c, StringComparison.Ordinal) ? c : '_'));
        return id.Length <= LongestTestId ? id : $"{id[..(LongestTestId - 17)]}-{StableHash(fullName):x16}";
    }

    // FNV-1a: the same name must give the same folder in every run, which string.GetHashCode does not.
    private static ulong StableHash(string text) =>
        text.Aggregate(14695981039346656037UL, (hash, c) => unchecked((hash ^ c) * 1099511628211UL));

    private string TargetFolder()
    {
        try
        {
            return Arch;
        }
        catch (QemuBinaryException)
        {
            // A test that needs no QEMU may run without one; a test that does will say what is missing.
            return "none";
        }
    }

    private async Task SkipOtherTargetAsync()
    {
        if (TargetProperty is not { } target || SystemTargets.Chosen() is not { } chosen)
            return;
        if (SystemTargets.EmulatesSystem(chosen) is { } system && system != EmulatesSystem)
            SkipTarget(target, chosen);
        if (Arch == target)
            return;
        if (!EmulatesSystem)
            SkipTarget(target, chosen);
        QemuBinary binary = await QemuBinary.OpenAsync(chosen, Token).ConfigureAwait(false);
        QemuCapabilities capabilities = await binary.GetCapabilitiesAsync(Token).ConfigureAwait(false);
        if (capabilities.Target != target)
            SkipTarget(target, chosen);
    }

    private void SkipTarget(string target, string chosen)
    {
        SkippedTargets.Count(BinaryPrefix + target);
        Assert.Ignore($"for {BinaryPrefix}{target}; {SystemTargets.BinaryVariable} is {chosen}");
    }

    private void ReportFailure(string message, IEnumerable<FailureSection> evidence)
    {
        string report = FailureReport.Format(evidence, OutputDirectory);
        Log($"failed: {message}");
        File.WriteAllText(LogFile("failure.txt"), $"{message}\n\n{report}");
        TestContext.Out.WriteLine(report);
    }
}
