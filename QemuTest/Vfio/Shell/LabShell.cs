using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QemuTest.Vfio;

/// <summary>A root shell in the lab guest, with one connection per script. Thread-safe.</summary>
internal sealed class LabShell(int port)
{
    private const string Mark = "LAB-EXIT ";
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Runs a script within 60 s and returns its output.</summary>
    /// <exception cref="VfioLabException">The exit code is not 0, or the timeout expires.</exception>
    public Task<string> RunAsync(string script, CancellationToken cancellationToken = default) =>
        RunAsync(script, DefaultTimeout, cancellationToken);

    /// <summary>Runs a script and returns its output.</summary>
    /// <exception cref="VfioLabException">The exit code is not 0, or the timeout expires.</exception>
    public async Task<string> RunAsync(string script, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        (int code, string output) = await TryRunAsync(script, timeout, cancellationToken).ConfigureAwait(false);
        return code == 0
            ? output
            : throw new VfioLabException($"A script in the lab exited with code {code}:\n{script.Trim()}\nOutput:\n{output.Trim()}")
            {
                Command = script,
                ExitCode = code,
                Output = output,
            };
    }

    /// <summary>Runs a script and returns its exit code and output.</summary>
    /// <exception cref="VfioLabException">The timeout expires, or the shell cannot be reached.</exception>
    public async Task<(int Code, string Output)> TryRunAsync(string script, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        timeout = Timeouts.Scale(timeout);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(IPAddress.Loopback, port, deadline.Token).ConfigureAwait(false);
            NetworkStream stream = client.GetStream();
            // A subshell, so that an 'exit' in the script does not skip the mark.
            byte[] bytes = Encoding.UTF8.GetBytes($"(\n{script}\n) 2>&1\necho \"{Mark}$?\"; exit\n");
            await stream.WriteAsync(bytes, deadline.Token).ConfigureAwait(false);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            string answer = await reader.ReadToEndAsync(deadline.Token).ConfigureAwait(false);
            int mark = answer.LastIndexOf(Mark, StringComparison.Ordinal);
            if (mark < 0)
                throw new VfioLabException($"The lab's shell closed while it ran this script:\n{script.Trim()}\nOutput so far:\n{answer.Trim()}")
                {
                    Command = script,
                    Output = answer,
                };
            return (int.Parse(answer.AsSpan(mark + Mark.Length).Trim(), CultureInfo.InvariantCulture), answer[..mark]);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new VfioLabException(
                string.Create(CultureInfo.InvariantCulture, $"A script in the lab did not end within {timeout.TotalSeconds:0.###} s:\n{script.Trim()}"), error)
            {
                Command = script,
            };
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            throw new VfioLabException($"The lab's shell cannot be reached ({error.Message}) for this script:\n{script.Trim()}", error)
            {
                Command = script,
            };
        }
    }
}
