using System.Text.RegularExpressions;

namespace QemuTest.Consoles;

/// <summary>The result of a wait on a console.</summary>
/// <param name="Before">The text between the previous match and this one.</param>
/// <param name="Value">The text that matched.</param>
/// <param name="Match">The match with its groups if the pattern is a regular expression; otherwise null.</param>
public sealed record ConsoleMatch(string Before, string Value, Match? Match);
