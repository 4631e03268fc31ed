using QemuTest.NUnit;
using QemuTest.Processes;

namespace QemuTest.Vfio;

/// <summary>Adds a machine in the lab to a failure report.</summary>
internal static class LabFailure
{
    /// <summary>Describes a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="exit">Its exit; null while it runs, or if that is not known.</param>
    /// <param name="output">Its output.</param>
    public static async Task<IReadOnlyList<FailureSection>> DescribeAsync(LabMachine machine, ProcessExit? exit, string output)
    {
        FailureSection monitor = FailureReport.Describe(machine.Name, machine.Qmp);
        string state = exit is null ? await FailureReport.AskRunStateAsync(machine.Qmp).ConfigureAwait(false) : $"ended with {exit}";
        return [new($"QEMU '{machine.Name}' in the lab: {state}", machine.CommandLine), new($"QEMU '{machine.Name}' wrote", output), monitor];
    }
}
