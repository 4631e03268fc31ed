using System.Reflection;
using System.Runtime.Loader;

namespace QemuTest.QapiGen.Tests;

/// <summary>Loads one generated API beside others of the same name. The library is the one that the tests use.</summary>
internal sealed class IsolatedApi : AssemblyLoadContext
{
    public IsolatedApi(string path)
        : base(path) => Main = LoadFromAssemblyPath(path);

    public Assembly Main { get; }

    protected override Assembly? Load(AssemblyName assemblyName) => null;
}
