namespace QemuTest.Consoles;

/// <summary>Makes control characters visible. Escape sequences in an error message would change the terminal that shows it.</summary>
internal static class ConsoleText
{
    public static string Printable(string text) => string.Concat(text.Select(c => c switch
    {
        '\t' => "\t",
        '\r' => "\\r",
        '\n' => "\\n",
        _ when char.IsControl(c) => $"\\x{(int)c:x2}",
        _ => c.ToString(),
    }));
}
