namespace QemuTest.Tests;

/// <summary>The source tree that contains the tests.</summary>
internal static class Checkout
{
    public static string Root
    {
        get
        {
            string? folder = TestContext.CurrentContext.TestDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "QemuTest.sln")))
                folder = Path.GetDirectoryName(folder);
            return folder ?? throw new AssertionException("no QemuTest.sln in a folder above the tests");
        }
    }

    /// <summary>Gets the path of the functional tests, in the configuration of these tests.</summary>
    public static string Functional => Built("Functional", "QemuTest.Functional.dll");

    /// <summary>Gets the path of the code generator's tests, in the configuration of these tests.</summary>
    public static string GeneratorTests => Built("QapiGen.Tests", "QapiGen.Tests.dll");

    /// <summary>Gets the path of the samples, in the configuration of these tests.</summary>
    public static string Samples => Built("QemuTest.Tests.Host", "QemuTest.Tests.Host.dll");

    private static string Built(string project, string file)
    {
        string tests = typeof(Checkout).Assembly.Location;
        string path = Path.Combine(Path.GetDirectoryName(tests.Replace("QemuTest.Tests", project, StringComparison.Ordinal))!, file);
        Assert.That(path, Does.Exist, "build the whole solution: dotnet build QemuTest.sln");
        return path;
    }
}
