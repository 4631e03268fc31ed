using System.Text.RegularExpressions;

namespace QemuTest.Tool;

/// <summary>One run of the tests: on one QEMU, or with migrations from one to another.</summary>
/// <param name="Source">The QEMU under test.</param>
/// <param name="Destination">The QEMU of migration destinations; null for the source.</param>
/// <param name="Filter">The tests to run, as for 'dotnet test --filter'.</param>
internal sealed partial record MatrixRun(MatrixQemu Source, MatrixQemu? Destination, string Filter)
{
    /// <summary>Gets the name of the run's column.</summary>
    public string Name => Destination is null ? Source.Name : $"{Source.Name} to {Destination.Name}";

    /// <summary>Gets the name of the folder for the results and logs.</summary>
    public string FolderName => Unsafe().Replace(Name, "-");

    /// <summary>Gets the variables of the run; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Variables
    {
        get
        {
            if (Destination is null)
                return Source.Variables;
            // A destination with one target is for sources of that target only.
            MatrixQemu source = Directory.Exists(Destination.Path) || !Directory.Exists(Source.Path)
                ? Source
                : Source with { Path = Path.Combine(Source.Path, Path.GetFileName(Destination.Path)) };
            return new Dictionary<string, string?>(source.Variables) { ["QEMU_TEST_QEMU_BINARY_DST"] = Destination.Path };
        }
    }

    /// <summary>Gets the runs on each QEMU, then those for each ordered pair if there are tests for them.</summary>
    public static IReadOnlyList<MatrixRun> Plan(IReadOnlyList<MatrixQemu> qemus, string filter, string? pairFilter) =>
    [
        .. qemus.Select(qemu => new MatrixRun(qemu, null, filter)),
        .. from source in pairFilter is null ? [] : qemus
           from destination in qemus
           where source != destination
           select new MatrixRun(source, destination, pairFilter!),
    ];

    [GeneratedRegex("[^A-Za-z0-9._-]+")]
    private static partial Regex Unsafe();
}
