using QemuTest.Dependencies;

if (args.Length == 0 || args.Length % 2 != 0)
{
    await Console.Error.WriteLineAsync("usage: dependencies (PROJECT-FOLDER ASSEMBLY)...");
    return 2;
}

DependencyGraph graph = DependencyGraph.Read(args.Chunk(2).Select(pair => (pair[0], pair[1])));
Print("Packages", graph.Packages());
Print("Folders", graph.Folders());
PrintCircles("Circles of folders", Circles.In(graph.Folders()));
PrintCircles("Circles of classes", Circles.In(graph.Classes));
return 0;

static string Last(string name) => name.Contains('/') ? name : name[(name.LastIndexOf('.') + 1)..];

static void Print(string title, SortedDictionary<string, SortedSet<string>> rows)
{
    Console.WriteLine($"{title}, and what each knows");
    foreach ((string name, SortedSet<string> known) in rows)
        Console.WriteLine($"  {name,-28} -> {(known.Count == 0 ? "nothing" : string.Join(", ", known))}");
}

static void PrintCircles(string title, IReadOnlyList<IReadOnlyList<string>> circles)
{
    Console.WriteLine($"{title}: {circles.Count}");
    foreach (IReadOnlyList<string> circle in circles)
        Console.WriteLine($"  {string.Join(" - ", circle.Select(Last))}");
}
