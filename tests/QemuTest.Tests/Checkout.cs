namespace QemuTest.Tests;

/// <summary>The checkout that the tests were built in.</summary>
internal static class Checkout
{
    public static string Root
    {
        get
        {
            string? folder = TestContext.CurrentContext.TestDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "QemuTest.sln")))
                folder = Path.GetDirectoryName(folder);
            return folder ?? throw new AssertionException("no QemuTest.sln above the tests");
        }
    }

    /// <summary>The functional tests, built as these are.</summary>
    public static string Functional => Built("Functional", "QemuTest.Functional.dll");

    /// <summary>The samples, built as these are.</summary>
    public static string Samples => Built("QemuTest.Tests.Host", "QemuTest.Tests.Host.dll");

    private static string Built(string project, string file)
    {
        string tests = typeof(Checkout).Assembly.Location;
        string path = Path.Combine(Path.GetDirectoryName(tests.Replace("QemuTest.Tests", project, StringComparison.Ordinal))!, file);
        Assert.That(path, Does.Exist, "build the whole solution first");
        return path;
    }
}
