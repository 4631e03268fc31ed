[assembly: TellsWhatIsLeftOut]
