namespace QemuTest.Processes;

/// <summary>Signals by their numbers on Linux.</summary>
internal enum Signal
{
    Abort = 6,
    Kill = 9,
    SegmentationFault = 11,
    Terminate = 15,
    Stop = 19,
}
