using QemuTest.Qmp;

namespace QemuTest.Migration;

/// <summary>A machine as one end of a migration.</summary>
/// <param name="Name">The machine's name, for the outcome.</param>
/// <param name="Monitor">The machine's monitor.</param>
public sealed record MigrationEndpoint(string Name, QmpClient Monitor);
