using QemuTest.VfioStudy;

return await VfioStudyCommand.Create().Parse(args).InvokeAsync();
