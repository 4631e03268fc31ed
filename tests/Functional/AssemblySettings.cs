using QemuTest.Fixtures;

[assembly: TellsWhatIsLeftOut]
