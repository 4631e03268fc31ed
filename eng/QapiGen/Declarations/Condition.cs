namespace QemuTest.QapiGen.Declarations;

/// <summary>The <c>if</c> of a schema entity.</summary>
internal abstract record Condition
{
    /// <summary>Gets the condition in the notation of the C preprocessor, without <c>defined()</c>.</summary>
    public abstract override string ToString();
}

internal sealed record SymbolCondition(string Symbol) : Condition
{
    public override string ToString() => Symbol;
}

internal sealed record NotCondition(Condition Operand) : Condition
{
    public override string ToString() => $"!{Parenthesized(Operand)}";

    internal static string Parenthesized(Condition condition) =>
        condition is ListCondition { Operands.Count: > 1 } ? $"({condition})" : condition.ToString();
}

/// <summary><c>all</c> or <c>any</c> of some conditions.</summary>
internal sealed record ListCondition(bool All, IReadOnlyList<Condition> Operands) : Condition
{
    public override string ToString() =>
        string.Join(All ? " && " : " || ", Operands.Select(NotCondition.Parenthesized));
}
