using System.Diagnostics;

namespace QemuTest.Tool;

/// <summary>Runs the lab's recipe. Its progress and its result go straight to the terminal.</summary>
internal static class LabBuild
{
    /// <summary>Gets the recipe that is part of the tool.</summary>
    public static string Recipe => Path.Combine(AppContext.BaseDirectory, "lab", "build.sh");

    /// <summary>Runs a recipe and waits for it.</summary>
    /// <returns>0 if there is an image, 1 if it could not be built, 2 if there is no recipe.</returns>
    public static async Task<int> RunAsync(string recipe, bool refresh, CancellationToken cancellationToken)
    {
        if (!File.Exists(recipe))
        {
            await Console.Error.WriteLineAsync($"error: the lab's recipe is missing: no {recipe}. Install the tool again: dotnet tool update --global QemuTest.Tool");
            return 2;
        }

        // A package does not keep the mode of a file, so the shell is named here.
        using Process build = Process.Start("bash", refresh ? [recipe, "--refresh"] : [recipe]);
        try
        {
            await build.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            build.Kill(entireProcessTree: true);
            await build.WaitForExitAsync(CancellationToken.None);
        }

        return build.ExitCode == 0 ? 0 : 1;
    }
}
