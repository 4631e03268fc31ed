using System.Globalization;
using System.Text.RegularExpressions;

namespace QemuTest.Machines;

/// <summary>Reads what the monitor's <c>info usernet</c> prints.</summary>
public static partial class Usernet
{
    /// <summary>The host's port of the TCP forward that leads to <paramref name="guestPort"/>, or null where there is none. Equals
    /// upstream's <c>get_usernet_hostfwd_port</c>.</summary>
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
