using System.CommandLine;

namespace QemuTest.Tool;

/// <summary>The commands for assets and archives.</summary>
internal static class AssetCommands
{
    public static void AddTo(RootCommand root)
    {
        root.Subcommands.Add(PrecacheCommand.Create());
        root.Subcommands.Add(PruneCommand.Create());
        root.Subcommands.Add(ExtractCommand.Create());
        root.Subcommands.Add(UpdateAssetsCommand.Create());
    }
}
