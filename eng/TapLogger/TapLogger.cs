using System.Text;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Client;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;

namespace QemuTest.Tap;

/// <summary>A logger of the test platform that writes TAP while the tests run. The parameter <c>LogFilePath</c> names the file or
/// pipe, because standard output also has the output of the platform, the tests and their children.</summary>
[FriendlyName(Name)]
[ExtensionUri("logger://qemu-test/tap/v1")]
public sealed class TapLogger : ITestLoggerWithParameters
{
    internal const string Name = "tap";
    internal const string PathParameter = "LogFilePath";

    /// <summary>Called by the platform if no parameters are given. This logger needs one.</summary>
    public void Initialize(TestLoggerEvents events, string testRunDirectory) =>
        throw new ArgumentException($"The logger '{Name}' needs a file to write to: --logger \"{Name};{PathParameter}=PATH\".");

    public void Initialize(TestLoggerEvents events, Dictionary<string, string?> parameters)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(parameters);
        if (!parameters.TryGetValue(PathParameter, out string? path) || string.IsNullOrEmpty(path))
            Initialize(events, "");

        // A reader may follow the file, so each line is flushed.
        var output = new StreamWriter(path!, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };
        var tap = new TapWriter(output);
        tap.Version();
        events.TestResult += (_, e) => tap.Result(Read(e.Result));
        events.TestRunMessage += (_, e) =>
        {
            if (e.Level == TestMessageLevel.Error)
                tap.Comment(e.Message);
        };
        events.TestRunComplete += (_, e) =>
        {
            if (e.IsAborted || e.IsCanceled)
                tap.BailOut(e.Error?.Message ?? "the run was aborted");
            else
                tap.Plan();
            output.Dispose();
        };
    }

    private static TapResult Read(TestResult result)
    {
        string output = string.Concat(result.Messages
            .Where(m => m.Category == TestResultMessage.StandardOutCategory || m.Category == TestResultMessage.StandardErrorCategory)
            .Select(m => m.Text));
        string name = result.TestCase.FullyQualifiedName == result.DisplayName || string.IsNullOrEmpty(result.DisplayName)
            ? result.TestCase.FullyQualifiedName
            : result.DisplayName;
        var tap = new TapResult(name)
        {
            Verdict = result.Outcome switch
            {
                TestOutcome.Passed => TapVerdict.Passed,
                TestOutcome.Skipped => TapVerdict.Skipped,
                _ => TapVerdict.Failed, // every other outcome is a failure
            },
            Duration = result.Duration,
            Message = result.ErrorMessage ?? "",
            Output = output,
        };
        return tap.Verdict == TapVerdict.Skipped && KnownMisbehaviorReason.Read(tap.Reason) is not null
            ? tap with { Verdict = TapVerdict.KnownMisbehavior }
            : tap;
    }
}
