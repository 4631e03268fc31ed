using System.Globalization;
using System.Text.RegularExpressions;
using QemuTest.Qmp;

namespace QemuTest.Machines;

/// <summary>Asks for the connections of <c>user</c> networks and parses the report. Thread-safe.</summary>
public static partial class Usernet
{
    /// <summary>Gets the report of <c>x-query-usernet</c>, or of the human monitor's <c>info usernet</c> from a QEMU without that command.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="QmpCommandException">QEMU has neither.</exception>
    public static async Task<string> ReadAsync(IQmpExecutor monitor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        try
        {
            return (await monitor.ExecuteAsync("x-query-usernet", cancellationToken: cancellationToken).ConfigureAwait(false))
                .GetProperty("human-readable-text").GetString() ?? "";
        }
        catch (QmpCommandException error) when (error.ErrorClass == "CommandNotFound")
        {
            return await monitor.HumanMonitorCommandAsync("info usernet", cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gets the host port that is forwarded to a TCP port of the guest.</summary>
    /// <remarks><c>qemu_test.utils.get_usernet_hostfwd_port</c> in QEMU's own framework.</remarks>
    /// <param name="infoUsernet">The report.</param>
    /// <param name="guestPort">The port in the guest.</param>
    /// <returns>The host port; null if there is no such forward.</returns>
    public static int? ForwardedPort(string infoUsernet, int guestPort)
    {
        ArgumentNullException.ThrowIfNull(infoUsernet);
        foreach (Match forward in HostForward().Matches(infoUsernet))
        {
            if (int.Parse(forward.Groups["guest"].ValueSpan, CultureInfo.InvariantCulture) == guestPort)
                return int.Parse(forward.Groups["host"].ValueSpan, CultureInfo.InvariantCulture);
        }

        return null;
    }

    // The columns are: protocol, descriptor, source address and port, destination address and port, queues.
    [GeneratedRegex(@"TCP\[HOST_FORWARD\]\s+\d+\s+\S+\s+(?<host>\d+)\s+\S+\s+(?<guest>\d+)")]
    private static partial Regex HostForward();
}
