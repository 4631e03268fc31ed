using System.Text.RegularExpressions;
using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Declarations;

/// <summary>Reads the <c>if</c> of an entity.</summary>
internal sealed partial class ConditionReader(Origin definition)
{
    public Condition? Read(ObjectValue owner, string source) =>
        owner["if"] is SchemaValue value ? ReadOne(value, source) : null;

    private Condition ReadOne(SchemaValue value, string source)
    {
        switch (value)
        {
            case StringValue symbol when Symbol().IsMatch(symbol.Text):
                return new SymbolCondition(symbol.Text);
            case StringValue symbol:
                throw Error($"'if' condition '{symbol.Text}' of {source} is not a valid identifier");
            case ObjectValue operation:
                Keys.Check(definition, operation, $"'if' condition of {source}", [], ["all", "any", "not"]);
                if (operation.Members.Count != 1)
                    throw Error($"'if' condition of {source} has conflicting keys");
                (string name, SchemaValue operand) = operation.Members[0];
                return name == "not"
                    ? new NotCondition(ReadOne(operand, source))
                    : new ListCondition(name == "all", ReadList(name, operand, source));
            default:
                throw Error($"'if' condition of {source} must be a string or an object");
        }
    }

    private List<Condition> ReadList(string operation, SchemaValue value, string source)
    {
        if (value is not ArrayValue list)
            throw Error($"'{operation}' condition of {source} must be an array");
        if (list.Items.Count == 0)
            throw Error($"'if' condition [] of {source} is useless");
        return [.. list.Items.Select(item => ReadOne(item, source))];
    }

    private SchemaException Error(string problem) => new(definition, problem);

    [GeneratedRegex("^[A-Z][A-Z0-9_]*$")]
    private static partial Regex Symbol();
}
