using System.Text;
using System.Text.Json.Nodes;

namespace QemuTest.Debugging;

/// <summary>The command that GDB is executing, with its output so far. Guarded by the lock of its owner.</summary>
internal sealed class PendingGdbCommand(int token, string text)
{
    private readonly StringBuilder _console = new();
    private readonly StringBuilder _log = new();

    public int Token => token;

    public string Text => text;

    public TaskCompletionSource<GdbRecord> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<GdbStop> Stop { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GdbAnswer Answer => new(_console.ToString(), _log.ToString());

    public void Take(GdbRecord record, Func<string> transcript)
    {
        switch (record.Kind)
        {
            case GdbRecordKind.Console:
                _console.Append(record.Text);
                break;
            case GdbRecordKind.Log:
                _log.Append(record.Text);
                break;
            case GdbRecordKind.Result when record.Token == Token:
                if (record.Class == "error")
                    Fail(new GdbCommandException(Text, record.Value("msg") ?? "no reason given", transcript()));
                else
                    Result.TrySetResult(record);
                break;
            // GDB's only report of a broken connection. The exit of the target causes it too.
            case GdbRecordKind.Notification when record.Class == "thread-group-exited":
                Fail(new GdbCommandException(Text, "the target exited or the connection broke", transcript()));
                break;
            // A stop from before this command started the target does not count.
            case GdbRecordKind.Execution when record.Class == "stopped" && Result.Task is { IsCompletedSuccessfully: true, Result.Class: "running" }:
                Stop.TrySetResult(new GdbStop(record.Value("reason") ?? "", Address(record)));
                break;
        }
    }

    public void Fail(GdbException error)
    {
        Result.TrySetException(error);
        Stop.TrySetException(error);
    }

    private static ulong? Address(GdbRecord record) =>
        record.Results["frame"] is JsonObject frame && frame["addr"] is JsonValue address ? GdbNumber.Parse(address.GetValue<string>()) : null;
}
