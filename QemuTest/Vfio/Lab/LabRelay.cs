namespace QemuTest.Vfio;

/// <summary>A TCP relay in the lab that can be cut: it forwards connections from one port to another.</summary>
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

    /// <summary>Gets the port it listens on, on the lab's loopback interface.</summary>
    public int Port { get; }

    /// <summary>Breaks all connections, and accepts no more.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task CutAsync(CancellationToken cancellationToken = default) =>
        _shell.RunAsync($"kill -9 -$(cat {_session})", cancellationToken);
}
