using System.Collections.ObjectModel;

namespace QemuTest.Machines;

/// <summary>A list of arguments that calls <paramref name="beforeChange"/> before every change.</summary>
internal sealed class MachineArguments(Action beforeChange) : Collection<string>
{
    protected override void InsertItem(int index, string item)
    {
        ArgumentNullException.ThrowIfNull(item);
        beforeChange();
        base.InsertItem(index, item);
    }

    protected override void SetItem(int index, string item)
    {
        ArgumentNullException.ThrowIfNull(item);
        beforeChange();
        base.SetItem(index, item);
    }

    protected override void RemoveItem(int index)
    {
        beforeChange();
        base.RemoveItem(index);
    }

    protected override void ClearItems()
    {
        beforeChange();
        base.ClearItems();
    }
}
