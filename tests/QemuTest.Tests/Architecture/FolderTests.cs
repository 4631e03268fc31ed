using QemuTest.Dependencies;
using QemuTest.NUnit;

namespace QemuTest.Tests.Architecture;

/// <summary>Inside a package, a folder knows only those below it.</summary>
[Quick]
public sealed class FolderTests
{
    // Lowest first. A folder may also know what those that it knows may know. "." is the package's own folder.
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Qmp/."] = [],
        ["Qmp/Client"] = ["Qmp/."],
        ["Qmp/Typed"] = ["Qmp/Client"],
        ["Qmp/Generated"] = ["Qmp/Typed"],
        ["Qmp/Schema"] = ["Qmp/Generated"],
        ["Core/Processes"] = [],
        ["Core/Consoles"] = [],
        ["Core/Qtest"] = [],
        ["Core/Machines"] = ["Core/Processes", "Core/Consoles", "Core/Qtest"],
        ["Core/Migration"] = [],
        ["Core/Debugging"] = ["Core/Processes"],
        ["Core/Displays"] = ["Core/Processes"],
        ["Core/Archives"] = ["Core/Processes"],
        ["Core/Assets"] = ["Core/Archives"],
        ["Core/Guests"] = ["Core/Processes"],
        ["NUnit/Reporting"] = [],
        ["NUnit/Targets"] = ["NUnit/Reporting"],
        ["NUnit/Attributes"] = ["NUnit/Targets"],
        ["NUnit/Constraints"] = [],
        ["NUnit/Known"] = ["NUnit/Attributes"],
        ["NUnit/."] = ["NUnit/Known", "NUnit/Constraints"],
        ["Vfio/Findings"] = [],
        ["Vfio/Proof"] = [],
        ["Vfio/Machines"] = ["Vfio/Proof"],
        ["Vfio/Host"] = ["Vfio/Machines"],
        ["Vfio/Shell"] = [],
        ["Vfio/Devices"] = ["Vfio/Machines", "Vfio/Shell"],
        ["Vfio/Lab"] = ["Vfio/Devices"],
        ["Vfio/."] = ["Vfio/Findings", "Vfio/Lab", "Vfio/Host"],
    };

    private static readonly Lazy<SortedDictionary<string, SortedSet<string>>> Known = new(ReadRooms);

    private static IEnumerable<string> Folders => Known.Value.Keys;

    [TestCaseSource(nameof(Folders))]
    public void A_folder_knows_only_those_below_it(string folder)
    {
        Assert.That(MayKnow, Does.ContainKey(folder), "a new folder needs a row in this test and in docs/architecture.md");

        Assert.That(Known.Value[folder].Except(Closure(folder)), Is.Empty, $"{folder} may know {string.Join(", ", Closure(folder))}");
    }

    [Test]
    public void The_folders_inside_a_room_form_no_circle()
    {
        // A folder is the face of those inside it: it names them, and they implement it.
        SortedDictionary<string, SortedSet<string>> all = Packages.Graph.Value.Folders();
        Dictionary<string, string[]> inside = all.ToDictionary(
            row => row.Key, row => row.Value.Where(other => !IsFace(row.Key, other) && !IsFace(other, row.Key)).ToArray());

        Assert.That(Circles.In(inside).Select(circle => string.Join(" - ", circle)), Is.Empty);
    }

    [Test]
    public void Classes_form_no_circle()
    {
        // The JSON metadata of generated classes names them, and they name it.
        var written = Packages.Graph.Value.Classes.Where(row => !Packages.Graph.Value.FolderOf(row.Key).EndsWith("/Generated", StringComparison.Ordinal));

        Assert.That(Circles.In(written).Select(circle => string.Join(" - ", circle)), Is.Empty);
    }

    [Test]
    public void The_dependencies_are_really_read()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Known.Value["Core/Machines"], Does.Contain("Core/Consoles"));
            Assert.That(Known.Value["NUnit/."], Does.Contain("NUnit/Attributes"));
            Assert.That(Packages.Graph.Value.Classes, Has.Count.GreaterThan(300));
        }
    }

    // The folders right below a package. What is deeper counts as its room.
    private static SortedDictionary<string, SortedSet<string>> ReadRooms()
    {
        var rooms = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach ((string folder, SortedSet<string> known) in new[] { "Qmp", "Core", "NUnit", "Vfio" }.SelectMany(package => Packages.Graph.Value.FoldersOf(package)))
        {
            string room = RoomOf(folder);
            if (!rooms.TryGetValue(room, out SortedSet<string>? others))
                rooms[room] = others = new SortedSet<string>(StringComparer.Ordinal);
            others.UnionWith(known.Select(RoomOf).Where(other => other != room));
        }

        return rooms;
    }

    private static bool IsFace(string folder, string inner) => inner.StartsWith(folder + "/", StringComparison.Ordinal);

    private static string RoomOf(string folder) => string.Join('/', folder.Split('/').Take(2));

    private static HashSet<string> Closure(string folder) =>
        [.. MayKnow[folder].SelectMany(below => Closure(below).Append(below))];
}
