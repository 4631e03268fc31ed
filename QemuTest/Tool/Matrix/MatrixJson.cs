using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QemuTest.Tool;

/// <summary>A matrix for programs: every test.</summary>
internal static class MatrixJson
{
    // The file is read by people too; it is never part of a web page.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(MatrixTable versions, MatrixTable? pairs) => JsonSerializer.Serialize(
        new
        {
            Versions = Section(versions),
            Changes = Enumerable.Range(0, Math.Max(0, versions.Columns.Count - 1)).SelectMany(column => versions.Changes(column).Select(change => new
            {
                From = versions.Columns[column].Run.Name,
                To = versions.Columns[column + 1].Run.Name,
                change.Test,
                Before = OutcomeText.Of(change.Before),
                After = OutcomeText.Of(change.After),
            })),
            Pairs = pairs is null ? null : Section(pairs),
        },
        Options);

    private static object Section(MatrixTable table) => new
    {
        Runs = table.Columns.Select(column => new
        {
            column.Run.Name,
            Qemu = column.Run.Source.Path,
            Destination = column.Run.Destination?.Path,
            column.Run.Filter,
            Passed = column.Results.Passed.Count,
            Failed = column.Results.Failed.Count,
            Skipped = column.Results.Skipped.Count,
            Known = column.Results.KnownMisbehaviors.Count,
            column.Problem,
        }),
        Tests = table.Rows.Select(row => new
        {
            row.Test,
            Results = row.Results.Select((result, column) => (table.Columns[column].Run.Name, Result: result)).ToDictionary(cell => cell.Name, cell => new
            {
                Outcome = OutcomeText.Of(cell.Result?.Outcome),
                Reason = NotEmpty(cell.Result?.Reason),
                Detail = NotEmpty(cell.Result?.Detail),
            }),
        }),
    };

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
