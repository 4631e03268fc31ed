using System.CommandLine;
using QemuTest.Tool;

var root = new RootCommand("QemuTest's tool: what this machine can run, what a run came to, and the assets it needs.")
{
    DoctorCommand.Create(),
    QapiCommand.Create(),
    ResultsCommand.Create(),
    TapCommand.Create(),
};
AssetCommands.AddTo(root);
return await root.Parse(args).InvokeAsync();
