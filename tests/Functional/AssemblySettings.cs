[assembly: ReportSkippedTargets]
