using System.Globalization;
using System.Text.RegularExpressions;

namespace QemuTest.Machines;

/// <summary>Parses the output of the monitor command <c>info usernet</c>. Thread-safe.</summary>
public static partial class Usernet
{
    /// <summary>Gets the host port that is forwarded to a TCP port of the guest.</summary>
    /// <remarks><c>qemu_test.utils.get_usernet_hostfwd_port</c> in QEMU's own framework.</remarks>
    /// <param name="infoUsernet">The output of <c>info usernet</c>.</param>
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
