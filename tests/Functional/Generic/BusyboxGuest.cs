using QemuTest.Guests;

namespace QemuTest.Functional.Generic;

/// <summary>A minimal user space: Debian's static busybox, and an init that mounts the kernel's file systems and starts a shell.</summary>
public static class BusyboxGuest
{
    /// <summary>The text on the console before the shell's first prompt.</summary>
    public const string Ready = "GUEST READY";

    private const string FirstProgram = """
        #!/bin/sh
        export PATH=/bin
        mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
        echo "GUEST READY $(uname -m)"
        exec /bin/sh

        """;

    /// <summary>Writes the initramfs.</summary>
    /// <param name="busybox">The busybox for the guest's architecture.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="addFiles">Adds more files; null for none.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task WriteInitrdAsync(
        Asset busybox, string path, Action<Initramfs>? addFiles = null, CancellationToken cancellationToken = default)
    {
        var files = new Initramfs();
        files.AddProgram("bin/busybox", await File.ReadAllBytesAsync(await busybox.FetchAsync(cancellationToken), cancellationToken));
        foreach (string name in new[] { "sh", "mount", "uname", "cat", "ls", "poweroff", "halt", "ifconfig", "httpd", "insmod", "sleep", "grep" })
            files.AddLink($"bin/{name}", "busybox");
        foreach (string folder in new[] { "proc", "sys", "tmp" })
            files.AddFolder(folder);
        files.AddCharacterDevice("dev/console", 5, 1).AddCharacterDevice("dev/null", 1, 3);
        files.AddProgram("init", FirstProgram);
        addFiles?.Invoke(files);
        await files.WriteAsync(path, cancellationToken);
    }
}
