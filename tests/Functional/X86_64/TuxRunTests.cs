using QemuTest.Functional.Generic;
using CliWrap;

namespace QemuTest.Functional.X86_64;

/// <summary>A disk with Debian's busybox and the console protocol of the TuxBoot images, whose host this project could not reach.</summary>
[Thorough]
[TestTimeout(180)]
[Target("x86_64")]
[SkipIfMissingCommands("mke2fs")]
public sealed class TuxRunTests : TuxRunTest
{
    private static readonly Asset Kernel = Asset.Named("debian/bookworm/linux-cloud-amd64/vmlinuz");
    private static readonly Asset Busybox = Asset.Named("debian/bookworm/busybox-static-amd64/busybox");

    [Test]
    public async Task A_kernel_with_a_root_disk_logs_in_and_halts()
    {
        await SetMachineAsync("q35");
        Vm.AddArgs("-accel", "tcg", "-m", "256", "-nic", "none");
        ConsoleTimeout = TimeSpan.FromSeconds(90);
        Root = "nvme0n1";
        // A halted PC is not powered off.
        WaitForShutdown = false;

        await CommonTuxRunAsync(await Kernel.FetchAsync(Token), await MakeDiskAsync(), drive: "nvme,serial=root");
    }

    private async Task<string> MakeDiskAsync()
    {
        string root = ScratchFile("root");
        foreach (string folder in new[] { "bin", "sbin", "dev", "proc" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        File.Copy(await Busybox.FetchAsync(Token), Path.Combine(root, "bin", "busybox"));
        MakeExecutable(Path.Combine(root, "bin", "busybox"));
        foreach (string name in new[] { "sh", "mount", "cat", "uname" })
            File.CreateSymbolicLink(Path.Combine(root, "bin", name), "busybox");
        // No init answers a plain halt. An alias in the shell's settings, because busybox's shell prefers its own programs to files.
        File.WriteAllText(Path.Combine(root, "settings"), "alias halt='halt -f'\n");
        Script("sbin/init", """
            export PATH=/bin PS1='root@tuxtest:~# ' ENV=/settings
            mount -t proc proc /proc
            printf 'tuxtest login: '
            read name
            exec sh -i
            """);
        string disk = ScratchFile("root.ext4");
        await Cli.Wrap("mke2fs").WithArguments(["-q", "-t", "ext4", "-d", root, disk, "16M"]).ExecuteAsync(Token);
        return disk;

        void Script(string name, string body)
        {
            string path = Path.Combine(root, name);
            File.WriteAllText(path, $"#!/bin/sh\n{body.ReplaceLineEndings("\n")}\n");
            MakeExecutable(path);
        }
    }

    private static void MakeExecutable(string path) =>
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
