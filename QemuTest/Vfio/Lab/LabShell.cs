using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QemuTest.Vfio;

/// <summary>A root shell in the lab guest: one connection a script. Thread-safe.</summary>
internal sealed class LabShell(int port)
{
    private const string Mark = "LAB-EXIT ";

    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Runs a script and returns what it printed.</summary>
    /// <exception cref="VfioLabException">It ended with another code than 0, or not within the timeout.</exception>
    public async Task<string> RunAsync(string script, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        (int code, string output) = await TryRunAsync(script, cancellationToken, timeout).ConfigureAwait(false);
        return code == 0
            ? output
            : throw new VfioLabException($"In the lab, this ended with code {code}:\n{script.Trim()}\nIt printed:\n{output.Trim()}");
    }

    /// <summary>Runs a script and returns its exit code and what it printed.</summary>
    public async Task<(int Code, string Output)> TryRunAsync(string script, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        TimeSpan atMost = timeout ?? DefaultTimeout;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(atMost);
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(IPAddress.Loopback, port, deadline.Token).ConfigureAwait(false);
            NetworkStream stream = client.GetStream();
            // A subshell, so that the script's own 'exit' does not skip the mark.
            byte[] bytes = Encoding.UTF8.GetBytes($"(\n{script}\n) 2>&1\necho \"{Mark}$?\"; exit\n");
            await stream.WriteAsync(bytes, deadline.Token).ConfigureAwait(false);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            string answer = await reader.ReadToEndAsync(deadline.Token).ConfigureAwait(false);
            int mark = answer.LastIndexOf(Mark, StringComparison.Ordinal);
            if (mark < 0)
                throw new VfioLabException($"The lab's shell closed in the middle of:\n{script.Trim()}\nIt had printed:\n{answer.Trim()}");
            return (int.Parse(answer.AsSpan(mark + Mark.Length).Trim(), CultureInfo.InvariantCulture), answer[..mark]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new VfioLabException($"In the lab, this did not end within {atMost.TotalSeconds} s:\n{script.Trim()}");
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            throw new VfioLabException($"The lab's shell cannot be reached ({error.Message}) for:\n{script.Trim()}", error);
        }
    }
}
