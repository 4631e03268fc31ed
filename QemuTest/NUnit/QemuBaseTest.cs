using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using QemuTest.Machines;
using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>The base of all QEMU tests: the binary, the folders, the log and the record. NUnit creates one instance for each test and
/// runs tests in parallel; one instance is not for concurrent use, apart from <see cref="Log"/>.</summary>
/// <remarks><c>qemu_test.QemuBaseTest</c> in QEMU's own framework.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "NUnit creates one instance for each test; the tear-down closes the log.")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Rerun]
[TestTimeout(90)]
[Parallelizable(ParallelScope.All)]
public abstract partial class QemuBaseTest
{
    private const string KeepScratchVariable = "QEMU_TEST_KEEP_SCRATCH";

    private readonly Dictionary<string, string> _facts = [];
    private string? _qemuBin;
    private string? _socketDirectory;
    private TestLog? _log;
    private IReadOnlyList<FailureSection>? _evidence;
    private long _began;
    private double _timeoutMultiplier;

    /// <summary>Gets or sets the path of the QEMU under test. Default: <c>QEMU_TEST_QEMU_BINARY</c>; if that is unset and the fixture
    /// has a <see cref="TargetAttribute"/>, the target's binary in <c>MESON_BUILD_ROOT</c>, <c>QEMU_BUILD_ROOT</c> or PATH. Set it before the first machine is
    /// created.</summary>
    /// <exception cref="QemuBinaryException">There is no default.</exception>
    public string QemuBin
    {
        get => _qemuBin ??= DefaultBinary(TargetProperty) ?? throw new QemuBinaryException(
            TargetProperty is null or SystemTargets.NoneFound
                ? $"No QEMU to test: set {SystemTargets.BinaryVariable} to a {BinaryPrefix}* binary, or install one " +
                  $"(Debian: {(EmulatesSystem ? "qemu-system" : "qemu-user")})."
                : $"No QEMU for target '{TargetProperty}': set {SystemTargets.BinaryVariable}, or install {BinaryPrefix}{TargetProperty} " +
                  $"in PATH or in {BuildRoot.Variables}.");
        set => _qemuBin = value;
    }

    /// <summary>Gets the target by the binary's name, for example <c>x86_64</c>.</summary>
    public string Arch => QemuBinary.TargetOf(QemuBin);

    /// <summary>Gets the folder of the test's logs. It is emptied before the test and kept after it.</summary>
    public string OutputDirectory { get; private set; } = "";

    /// <summary>Gets an empty folder for the test's own files. It is deleted after the test unless <c>QEMU_TEST_KEEP_SCRATCH</c> is set;
    /// then it is <c>scratch</c> below <see cref="OutputDirectory"/>.</summary>
    public string ScratchDirectory { get; private set; } = "";

    /// <summary>Gets a folder with a short path for Unix sockets. It is deleted after the test.</summary>
    public string SocketDirectory => _socketDirectory ??= RunFolders.NewTemporaryFolder();

    /// <summary>Gets the token that is canceled when the test exceeds its <see cref="TestTimeoutAttribute"/>.</summary>
    protected static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    private static string? TargetProperty
    {
        get
        {
            TestContext.TestAdapter test = TestContext.CurrentContext.Test;
            return test.AllPropertyValues(TargetAttribute.Property).OfType<string>().FirstOrDefault();
        }
    }

    /// <summary>Gets whether the test is for a system emulator rather than a user emulator.</summary>
    private protected virtual bool EmulatesSystem => true;

    private string BinaryPrefix => EmulatesSystem ? "qemu-system-" : "qemu-";

    private static bool KeepScratch => Environment.GetEnvironmentVariable(KeepScratchVariable) is not null;

    /// <summary>Gets a path in <see cref="ScratchDirectory"/>. Does not create its folders.</summary>
    public string ScratchFile(params string[] parts) => Path.Combine([ScratchDirectory, .. parts]);

    /// <summary>Gets a path in <see cref="OutputDirectory"/>. Does not create its folders.</summary>
    public string LogFile(params string[] parts) => Path.Combine([OutputDirectory, .. parts]);

    /// <summary>Gets a path in the folder <c>Data</c> beside the test assembly.</summary>
    public static string DataFile(params string[] parts) =>
        Path.Combine([TestContext.CurrentContext.TestDirectory, "Data", .. parts]);

    /// <summary>Gets a path in QEMU's build tree, <c>MESON_BUILD_ROOT</c> or <c>QEMU_BUILD_ROOT</c>. Skips the test if both are unset.</summary>
    public static string BuildFile(params string[] parts)
    {
        string? root = BuildRoot.Folder;
        if (root is null)
            Assert.Ignore($"{BuildRoot.Variables} is not set: the test needs {Path.Combine(parts)} of QEMU's build tree");
        return Path.Combine([root!, .. parts]);
    }

    /// <summary>Gets the path of a TCG plugin in QEMU's build tree. Skips the test as <see cref="BuildFile"/> does.</summary>
    /// <param name="name">The plugin, for example <c>libinsn</c>.</param>
    public static string PluginFile(string name) => BuildFile("tests", "tcg", "plugins", name + ".so");

    /// <summary>Creates the folders, opens the log, and skips the test if it is for another target or lacks an asset. NUnit calls it
    /// before every derived set-up.</summary>
    [SetUp]
    protected async Task SetUpQemuBaseAsync()
    {
        _began = Stopwatch.GetTimestamp();
        string id = TestId.Of(TestContext.CurrentContext.Test.FullName);
        string work = Path.Combine(TestContext.CurrentContext.WorkDirectory, "qemu-test");
        OutputDirectory = Path.Combine(work, TargetFolder(), id);
        // Evidence of an earlier run would be taken for that of this one.
        DeleteFolder(OutputDirectory);
        Directory.CreateDirectory(OutputDirectory);
        _log = new TestLog(LogFile("base.log"));
        ScratchDirectory = KeepScratch ? LogFile("scratch") : RunFolders.NewScratchFolder(work, $"{TargetFolder()}.{id}");
        Directory.CreateDirectory(ScratchDirectory);
        Log($"test {TestContext.CurrentContext.Test.FullName}");
        if (TestContext.CurrentContext.CurrentRepeatCount is > 0 and int before)
            RecordFact("attempt", (before + 1).ToString(CultureInfo.InvariantCulture));
        _timeoutMultiplier = MeasuredTimeouts.Report(Log);
        await SkipOtherTargetAsync().ConfigureAwait(false);
        await SkipWithoutAssetsAsync().ConfigureAwait(false);
    }

    /// <summary>Writes the record and deletes the temporary folders. For a failed test, also writes the report and attaches all logs to
    /// the result. NUnit calls it after every derived tear-down.</summary>
    [TearDown]
    protected async Task TearDownQemuBaseAsync()
    {
        TestContext.ResultAdapter result = TestContext.CurrentContext.Result;
        await CaptureFailureAsync().ConfigureAwait(false);
        if (result.Outcome.Status == TestStatus.Failed)
            await RecognizeKnownCrashAsync().ConfigureAwait(false);
        if (_evidence is not null)
            ReportFailure(result.Message, _evidence);
        var record = new TestRecord
        {
            Test = TestContext.CurrentContext.Test.FullName,
            Outcome = Sighting.IsReason(result.Message) ? nameof(KnownMisbehavior) : result.Outcome.Status.ToString(),
            Message = string.IsNullOrEmpty(result.Message) ? null : result.Message,
            TimeoutMultiplier = _timeoutMultiplier,
            Seconds = Math.Round(Stopwatch.GetElapsedTime(_began).TotalSeconds, 3),
            Binary = _qemuBin,
            Logs = OutputDirectory,
            Facts = _facts.Count == 0 ? null : _facts,
        };
        record.Write(LogFile("record.json"));
        _log?.Dispose();
        if (_evidence is not null)
            Evidence.Attach(OutputDirectory, except: ScratchDirectory);
        DeleteFolder(_socketDirectory);
        if (!KeepScratch)
            DeleteFolder(ScratchDirectory);
    }

    /// <summary>Adds a fact to the test's record, <c>record.json</c>, and to its log. A later value replaces an earlier one.</summary>
    protected void RecordFact(string fact, string value)
    {
        _facts[fact] = value;
        Log($"{fact}: {value}");
    }

    /// <summary>Collects the evidence of a failed test, once. A derived tear-down calls it before it ends what the evidence is
    /// about.</summary>
    private protected async Task CaptureFailureAsync()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed)
            _evidence ??= await DescribeFailureAsync().ConfigureAwait(false);
    }

    /// <summary>Gets the parts of the failure report that this class knows.</summary>
    private protected virtual Task<IReadOnlyList<FailureSection>> DescribeFailureAsync() => Task.FromResult<IReadOnlyList<FailureSection>>([]);

    private string? DefaultBinary(string? target) =>
        SystemTargets.Chosen() is { } chosen ? SystemTargets.Checked(chosen)
        : EmulatesSystem ? SystemTargets.BinaryFor(target) : SystemTargets.UserBinaryFor(target);

    private string TargetFolder()
    {
        try
        {
            return Arch;
        }
        catch (QemuBinaryException)
        {
            // A test that needs no QEMU can run without one; a test that needs one reports what is missing.
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

    private static void DeleteFolder(string? path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }
}
