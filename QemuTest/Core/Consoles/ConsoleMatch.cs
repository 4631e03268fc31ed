using System.Text.RegularExpressions;

namespace QemuTest.Consoles;

/// <summary>What a wait on a console found.</summary>
/// <param name="Before">The text between the previous wait's match and this one.</param>
/// <param name="Value">The text that matched.</param>
/// <param name="Match">The match with its groups, where the pattern was a regular expression.</param>
public sealed record ConsoleMatch(string Before, string Value, Match? Match);
