namespace QemuTest.NUnit;

/// <summary>A text on QEMU's standard error by which a failed test meets a known misbehavior. A test that passes does not meet it.</summary>
public sealed class OutputSignature
{
    /// <summary>Creates a signature.</summary>
    /// <param name="text">A part of a line, specific enough for no other failure to have it.</param>
    /// <param name="seenIn">The versions with which it was seen, of the QEMU that wrote it.</param>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public OutputSignature(string text, params string[] seenIn)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        ArgumentNullException.ThrowIfNull(seenIn);
        Text = text;
        SeenIn = seenIn;
    }

    /// <summary>Gets the part of a line.</summary>
    public string Text { get; }

    /// <summary>Gets the versions with which it was seen.</summary>
    public IReadOnlyList<string> SeenIn { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
