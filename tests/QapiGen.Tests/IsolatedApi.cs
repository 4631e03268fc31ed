using System.Reflection;
using System.Runtime.Loader;

namespace QemuTest.QapiGen.Tests;

/// <summary>Loads one generated API beside others with the same name. All share the packages of the tests.</summary>
internal sealed class IsolatedApi : AssemblyLoadContext
{
    public IsolatedApi(string path)
        : base(path) => Main = LoadFromAssemblyPath(path);

    public Assembly Main { get; }

    protected override Assembly? Load(AssemblyName assemblyName) => null;
}
