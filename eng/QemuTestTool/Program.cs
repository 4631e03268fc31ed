using System.CommandLine;
using QemuTest.Tool;

RootCommand root = new("The engineer's tool of QemuTest.");
AssetCommands.AddTo(root);
return await root.Parse(args).InvokeAsync();
