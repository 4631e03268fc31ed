using System.Text;

namespace QemuTest.QapiGen.CSharp;

/// <summary>Writes indented lines, with one blank line between members.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _indent;
    private bool _blankWanted;

    public bool IsEmpty => _text.Length == 0;

    public CodeWriter Line(string line = "")
    {
        if (line.Length == 0)
        {
            _text.Append('\n');
            return this;
        }

        if (_blankWanted)
            _text.Append('\n');
        _blankWanted = false;
        _text.Append(' ', _indent * 4).Append(line).Append('\n');
        return this;
    }

    public void Open()
    {
        _blankWanted = false;
        Line("{");
        _indent++;
    }

    public void Close(string suffix = "")
    {
        _blankWanted = false;
        _indent--;
        Line("}" + suffix);
    }

    /// <summary>Writes a blank line before the next line in the same braces.</summary>
    public void Gap() => _blankWanted = _text.Length > 0;

    public void Indented(Action write)
    {
        _indent++;
        write();
        _indent--;
    }

    public override string ToString() => _text.ToString();
}
