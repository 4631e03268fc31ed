using System.CommandLine;
using QemuTest.Tool;

RootCommand root = new("What engineers run beside the tests.")
{
    QapiCommand.Create(),
};
return root.Parse(args).Invoke();
