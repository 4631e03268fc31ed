namespace QemuTest.Consoles;

/// <summary>Console text for people: escape sequences in an error would repaint the terminal that shows it.</summary>
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
