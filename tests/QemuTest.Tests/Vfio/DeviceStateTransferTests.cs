using QemuTest.NUnit;
using QemuTest.Vfio;

namespace QemuTest.Tests.Vfio;

/// <summary>The path of device state by trace lines of QEMU 10.0 and 11.1.</summary>
[Quick]
public sealed class DeviceStateTransferTests
{
    private const string Device = "93c628e6-1361-4dfa-bf0a-3434bc3668c6";
    private const string Other = "9ac7377b-48a9-4d3c-b402-3815935eb102";

    [Test]
    public void A_line_of_QEMU_10_has_thread_time_name_and_device()
    {
        TraceEvent line = TraceEvent.Parse($"433@1795472632.534653:vfio_save_complete_precopy_thread_start  ({Device}) idstr 0000:00:01.0/vfio instance 0").Single();

        Assert.Multiple(() =>
        {
            Assert.That(line.Name, Is.EqualTo("vfio_save_complete_precopy_thread_start"));
            Assert.That(line.Device, Is.EqualTo(Device));
            Assert.That(line.Thread, Is.EqualTo(433));
            Assert.That(line.Time, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(1795472632).AddMicroseconds(534653)));
        });
    }

    [Test]
    public void A_line_of_QEMU_11_has_an_ISO_time()
    {
        TraceEvent line = TraceEvent.Parse($"2026-01-02T03:04:05.000006Z vfio_load_cleanup  ({Device})").Single();

        Assert.Multiple(() =>
        {
            Assert.That(line.Name, Is.EqualTo("vfio_load_cleanup"));
            Assert.That(line.Device, Is.EqualTo(Device));
            Assert.That(line.Thread, Is.Null);
            Assert.That(line.Time, Is.EqualTo(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddMicroseconds(6)));
        });
    }

    [TestCase("vfio_load_cleanup  (0000:5e:00.1)", "0000:5e:00.1")]
    [TestCase("vfio_device_state_changed 10000:01:00.0 state 1", "10000:01:00.0")]
    [TestCase("savevm_section_start 0000:00:01.0/vfio, section_id 2", null, Description = "a guest's address, not a device's name")]
    [TestCase("migrate_set_state new state active", null)]
    public void The_name_of_a_PCI_device_is_its_address(string line, string? device) =>
        Assert.That(TraceEvent.Parse(line).Single().Device, Is.EqualTo(device));

    [Test]
    public void Lines_that_are_no_events_are_skipped() =>
        Assert.That(TraceEvent.Parse("\n  indented\nUpper case\nqemu-system-x86_64: warning: text\nmigrate_fd_cancel \n").Select(e => e.Name), Is.EqualTo(new[] { "migrate_fd_cancel" }));

    [TestCase("vfio_save_complete_precopy_thread_start  (D) idstr x|vfio_save_complete_precopy_thread_end  (D) ret 1", DeviceStatePath.Multifd)]
    [TestCase("vfio_save_complete_precopy_thread_start  (D) idstr x|vfio_save_complete_precopy_thread_end  (D) ret 0", DeviceStatePath.NotSeen, Description = "the thread failed")]
    [TestCase("vfio_save_complete_precopy_start  (D)|vfio_save_complete_precopy  (D) ret 0", DeviceStatePath.MainChannel)]
    [TestCase("vfio_save_complete_precopy_thread_end  (O) ret 1", DeviceStatePath.NotSeen, Description = "another device's")]
    [TestCase("vfio_save_complete_precopy  (D) ret 0|vfio_save_complete_precopy_thread_end  (D) ret 1", DeviceStatePath.Both)]
    [TestCase("", DeviceStatePath.NotSeen)]
    public void The_source_trace_shows_the_path_of_saving(string trace, DeviceStatePath path) =>
        Assert.That(DeviceStateTransfer.Saving(Trace(trace), Device), Is.EqualTo(path));

    [TestCase("vfio_load_bufs_thread_start  (D)|vfio_load_state_device_data  (D) size 24 ret 0|vfio_load_state_device_buffer_load_end  (D) idx 0|vfio_load_device_config_state_end  (D)|vfio_load_bufs_thread_end  (D)", DeviceStatePath.Multifd, Description = "pre-copy data uses the main channel in both cases")]
    [TestCase("vfio_load_state_device_data  (D) size 24 ret 0|vfio_load_state_device_data  (D) size 36 ret 0|vfio_load_device_config_state_end  (D)", DeviceStatePath.MainChannel)]
    [TestCase("vfio_load_state_device_data  (D) size 24 ret 0", DeviceStatePath.NotSeen, Description = "pre-copy only")]
    [TestCase("vfio_load_bufs_thread_start  (D)|vfio_load_state_device_buffer_incoming  (D) idx 0", DeviceStatePath.NotSeen, Description = "started, never loaded")]
    [TestCase("vfio_load_state_device_data  (O) size 24 ret 0|vfio_load_device_config_state_end  (O)", DeviceStatePath.NotSeen, Description = "another device's")]
    public void The_destination_trace_shows_the_path_of_loading(string trace, DeviceStatePath path) =>
        Assert.That(DeviceStateTransfer.Loading(Trace(trace), Device), Is.EqualTo(path));

    [Test]
    public void The_thread_identifies_a_channel()
    {
        IReadOnlyList<TraceEvent> trace = Trace(
            "616@1795653479.557233:multifd_recv_thread_start 0|617@1795653479.568307:multifd_recv_thread_start 1|" +
            "617@1795653480.133963:vfio_load_state_device_buffer_incoming  (D) idx 0|617@1795653480.168213:vfio_load_state_device_buffer_incoming  (D) idx 1|" +
            "616@1795653480.118342:vfio_load_state_device_buffer_incoming  (D) idx 2|616@1795653480.147329:vfio_load_state_device_buffer_incoming  (O) idx 0");

        Assert.That(ChannelShare.Read(trace, Device), Is.EqualTo(new ChannelShare[] { new(0, 1), new(1, 2) }));
    }

    [Test]
    public void Buffers_are_counted_without_thread_IDs() => Assert.That(
        ChannelShare.Read(
            Trace("2026-01-02T03:04:05.000006Z multifd_recv_thread_start 0|2026-01-02T03:04:05.000007Z vfio_load_state_device_buffer_incoming  (D) idx 0"),
            Device),
        Is.EqualTo(new ChannelShare[] { new(null, 1) }));

    [Test]
    public void The_constraint_describes_each_device()
    {
        DeviceStateTransfer[] transfers = [new(1, DeviceStatePath.Multifd, DeviceStatePath.Multifd), new(2, DeviceStatePath.Multifd, DeviceStatePath.MainChannel)];

        string error = Caught(() => Assert.That(transfers, Transferred.OverMultifd.ForAll(2)));

        Assert.That(error, Does.Contain("the state of 2 of 2 devices: multifd on the source, multifd on the destination")
            .And.Contain("slot 1: multifd on the source, multifd on the destination; slot 2: multifd on the source, main channel on the destination"));
    }

    [Test]
    public void The_constraint_counts_the_devices()
    {
        DeviceStateTransfer[] one = [new(1, DeviceStatePath.MainChannel, DeviceStatePath.MainChannel)];

        Assert.Multiple(() =>
        {
            Assert.That(Transferred.OverTheMainChannel.ForAll(1).ApplyTo(one).IsSuccess);
            Assert.That(Transferred.OverTheMainChannel.ForAll(2).ApplyTo(one).IsSuccess, Is.False);
            Assert.That(Transferred.OverTheMainChannel.ApplyTo(Array.Empty<DeviceStateTransfer>()).IsSuccess, Is.False);
            Assert.That(Transferred.OverMultifd.ForAll(1).ApplyTo(one).IsSuccess, Is.False);
        });
    }

    [TestCase(DeviceStatePath.Multifd)]
    [TestCase(DeviceStatePath.MainChannel)]
    [TestCase(DeviceStatePath.NotSeen)]
    [TestCase(DeviceStatePath.Both)]
    public void The_constraint_on_a_path_accepts_that_path_only(DeviceStatePath path)
    {
        DeviceStatePath[] accepted = [.. Enum.GetValues<DeviceStatePath>()
            .Where(other => Transferred.Over(path).ApplyTo(new DeviceStateTransfer[] { new(1, other, path) }).IsSuccess)];

        Assert.That(accepted, Is.EqualTo(new[] { path }));
    }

    private static IReadOnlyList<TraceEvent> Trace(string lines) =>
        TraceEvent.Parse(lines.Replace("(D)", $"({Device})", StringComparison.Ordinal).Replace("(O)", $"({Other})", StringComparison.Ordinal).Replace('|', '\n'));

    private static string Caught(Action assertion)
    {
        using (new global::NUnit.Framework.Internal.TestExecutionContext.IsolatedContext())
        {
            try
            {
                assertion();
            }
            catch (AssertionException error)
            {
                return error.Message;
            }
        }

        return "(nothing failed)";
    }
}
