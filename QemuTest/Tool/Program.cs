using System.CommandLine;
using QemuTest.Tool;

var root = new RootCommand("Examines this machine, builds the VFIO lab, fetches assets, runs tests on several QEMUs, reports test results, generates QMP types.")
{
    DoctorCommand.Create(),
    LabCommand.Create(),
    MatrixCommand.Create(),
    QapiCommand.Create(),
    ResultsCommand.Create(),
    TapCommand.Create(),
};
AssetCommands.AddTo(root);
return await root.Parse(args).InvokeAsync();
