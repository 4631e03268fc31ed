namespace QemuTest.Vfio;

/// <summary>The names of the paths, for people.</summary>
internal static class DeviceStatePathText
{
    /// <summary>Gets the name of a path.</summary>
    public static string Text(this DeviceStatePath path) => path switch
    {
        DeviceStatePath.MainChannel => "main channel",
        DeviceStatePath.Multifd => "multifd",
        DeviceStatePath.Both => "multifd and main channel",
        _ => "no trace",
    };

    /// <summary>Gets the paths on both sides as a phrase.</summary>
    public static string OnBothSides(DeviceStatePath saved, DeviceStatePath loaded) =>
        $"{saved.Text()} on the source, {loaded.Text()} on the destination";
}
