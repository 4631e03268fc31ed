using System.Text.RegularExpressions;
using QemuTest.Processes;

namespace QemuTest.NUnit;

/// <summary>A crash of QEMU: a failed assertion, recognized by the text on standard error and by the abort, or a signal alone. File, line,
/// program and the C library's wording may differ: they change with versions and distributions.</summary>
public sealed class CrashSignature
{
    private const int Abort = 6;

    private readonly Regex? _text;
    private readonly int _signal = Abort;

    /// <summary>Creates a signature.</summary>
    /// <param name="function">The function of QEMU with the assertion.</param>
    /// <param name="assertion">The asserted condition as in QEMU's source, for example <c>max_threads > 0</c>.</param>
    /// <param name="seenIn">The versions with which it was seen, for example <c>10.0.2</c>.</param>
    /// <exception cref="ArgumentException">The function or the assertion is empty.</exception>
    public CrashSignature(string function, string assertion, params string[] seenIn)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(function);
        ArgumentException.ThrowIfNullOrWhiteSpace(assertion);
        ArgumentNullException.ThrowIfNull(seenIn);
        Function = function;
        Assertion = assertion;
        SeenIn = seenIn;
        string f = Regex.Escape(function), a = Regex.Escape(assertion);
        // glibc's assert, musl's assert, and GLib's g_assert.
        _text = new Regex(
            $@"(?<!\w){f}: Assertion `{a}' failed\.?\s*$|^.*Assertion failed: {a} \([^()\n]*: {f}: \d+\)\s*$|(?<!\w){f}: assertion failed: \({a}\)\s*$",
            RegexOptions.Multiline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));
    }

    private CrashSignature(int signal, string[] seenIn)
    {
        _signal = signal;
        SeenIn = seenIn;
    }

    /// <summary>Creates the signature of a crash without a text, for example a division by zero. It matches every such crash in the
    /// entry's areas, but only of the versions with which it was seen: another version may have another cause.</summary>
    /// <param name="signal">The signal's number, for example 8 for SIGFPE.</param>
    /// <param name="seenIn">The versions with which it was seen.</param>
    public static CrashSignature OfSignal(int signal, params string[] seenIn)
    {
        ArgumentNullException.ThrowIfNull(seenIn);
        return new(signal, seenIn);
    }

    /// <summary>Gets the function of QEMU with the assertion, or null without one.</summary>
    public string? Function { get; }

    /// <summary>Gets the asserted condition, or null without one.</summary>
    public string? Assertion { get; }

    /// <summary>Gets the versions with which it was seen.</summary>
    public IReadOnlyList<string> SeenIn { get; }

    /// <inheritdoc/>
    public override string ToString() => _text is null ? new ProcessExit(128 + _signal).ToString() : $"{Function}: Assertion `{Assertion}' failed";

    /// <summary>Gets whether a QEMU ended this way.</summary>
    internal bool Matches(EndedQemu qemu) => qemu.Exit.Signal == _signal && (_text?.IsMatch(qemu.Output) ?? SeenIn.Contains(qemu.Version));
}
