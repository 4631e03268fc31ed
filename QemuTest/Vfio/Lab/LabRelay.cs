namespace QemuTest.Vfio;

/// <summary>A wire in the lab that can be cut: what connects to one TCP port is passed on to another.</summary>
public sealed class LabRelay
{
    private readonly LabShell _shell;
    private readonly string _session;

    internal LabRelay(LabShell shell, string session, int port)
    {
        _shell = shell;
        _session = session;
        Port = port;
    }

    /// <summary>Where it listens, on the lab's loopback.</summary>
    public int Port { get; }

    /// <summary>Ends every connection through it, and takes no more.</summary>
    public Task CutAsync(CancellationToken cancellationToken = default) =>
        _shell.RunAsync($"kill -9 -$(cat {_session})", cancellationToken);
}
