using QemuTest.NUnit;

namespace QemuTest.Tests.Fixtures;

/// <summary>The folder names of tests.</summary>
[Quick]
public sealed class TestIdTests
{
    [TestCase("QemuTest.Functional.X86_64.Tests.A_test(1,2)")]
    [TestCase("Outer+Inner.Test")]
    public void A_plain_name_is_kept(string name) => Assert.That(TestId.Of(name), Is.EqualTo(name));

    [TestCase("Test(\"a/b\")", "Test(_a_b_)~a308d0429a138641")]
    [TestCase("", "~ef46db3751d8e999")]
    public void The_folder_of_a_name_is_the_same_in_every_run(string name, string folder) => Assert.That(TestId.Of(name), Is.EqualTo(folder));

    [TestCase("Test(\"a/b\")", "Test(\"a_b\")")]
    [TestCase("Test(_)", "Test(?)")]
    [TestCase(".", "_")]
    public void Names_that_differ_only_in_special_characters_have_different_folders(string one, string other) =>
        Assert.That(TestId.Of(one), Is.Not.EqualTo(TestId.Of(other)));

    [Test]
    public void Different_names_have_different_valid_folders([Values(1, 2, 3)] int seed)
    {
        HashSet<string> names = [.. Names(new Random(seed)).Take(5000)];

        Dictionary<string, string[]> folders = names.GroupBy(TestId.Of).ToDictionary(g => g.Key, g => g.ToArray());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(folders.Values.Where(same => same.Length > 1).Select(same => string.Join(" and ", same)), Is.Empty);
            Assert.That(folders.Keys, Is.All.Matches("^[A-Za-z0-9._\\-(),=+~]{1,150}$").And.None.AnyOf(".", ".."));
        }
    }

    // Few different characters and many repetitions, so that names which become equal are likely.
    private static IEnumerable<string> Names(Random random)
    {
        string[] parts = ["a", "_", "/", "\"", ".", "~", "é", "(", "\u0001", new('x', 140)];
        while (true)
            yield return string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
    }
}
