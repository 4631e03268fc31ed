using QemuTest.Machines;
using QemuTest.NUnit;

namespace QemuTest.Tests.Machines;

[Quick]
public sealed class UsernetTests
{
    private const string Report = """
        Hub 0 (net):
          Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ
          TCP[ESTABLISHED]   15       127.0.0.1 40001       10.0.2.15    23     0     0
          TCP[HOST_FORWARD]  13       127.0.0.1 35533       10.0.2.15    22     0     0
          UDP[HOST_FORWARD]  14       127.0.0.1 35534       10.0.2.15    53     0     0
          TCP[HOST_FORWARD]  12       127.0.0.1 35535       10.0.2.15  2000     0     0
        """;

    [TestCase(22, 35533)]
    [TestCase(2000, 35535)]
    public void The_host_port_of_a_TCP_forward_is_found_by_the_guest_port(int guestPort, int hostPort) =>
        Assert.That(Usernet.ForwardedPort(Report, guestPort), Is.EqualTo(hostPort));

    [TestCase(23, Description = "a connection, not a forward")]
    [TestCase(53, Description = "UDP")]
    [TestCase(2)]
    public void A_port_without_a_TCP_forward_is_not_found(int guestPort) =>
        Assert.That(Usernet.ForwardedPort(Report, guestPort), Is.Null);
}
