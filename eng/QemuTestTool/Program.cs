using System.CommandLine;
using QemuTest.Tool;

var root = new RootCommand("QemuTest's tool: what this machine can run, and what a run came to.")
{
    DoctorCommand.Create(),
    QapiCommand.Create(),
    ResultsCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
