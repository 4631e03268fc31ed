using System.Text;
using System.Text.Json.Nodes;

namespace QemuTest.Debugging;

/// <summary>The command that GDB is busy with, and what has come of it. Guarded by its owner's lock.</summary>
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
            // All that GDB says when the connection breaks; the target's own end comes with it too.
            case GdbRecordKind.Notification when record.Class == "thread-group-exited":
                Fail(new GdbCommandException(Text, "the target is gone", transcript()));
                break;
            // The stop that counts is the one after the target began to run for this command.
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
