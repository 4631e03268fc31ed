using QemuTest.QapiGen.Syntax;

namespace QemuTest.QapiGen.Declarations;

/// <summary>A definition after the grammar check, with expanded short forms and unresolved names.</summary>
internal abstract record Declaration(Origin Origin, DocComment? Doc)
{
    public Condition? If { get; init; }

    public IReadOnlyList<FeatureDeclaration> Features { get; init; } = [];
}

internal sealed record TypeReference(string Name, bool IsArray);

internal sealed record FeatureDeclaration(string Name, Condition? If);

internal sealed record MemberDeclaration(
    string Name, bool Optional, TypeReference Type, Condition? If, IReadOnlyList<FeatureDeclaration> Features);

internal sealed record ValueDeclaration(string Name, Condition? If, IReadOnlyList<FeatureDeclaration> Features);

internal sealed record BranchDeclaration(string Name, TypeReference Type, Condition? If);

/// <summary>The data of a command or event, or the base of a union: a type name or inline members.</summary>
internal sealed record DataDeclaration(string? TypeName, IReadOnlyList<MemberDeclaration> Members);

internal sealed record EnumDeclaration(
    Origin Origin, DocComment? Doc, string? Prefix, IReadOnlyList<ValueDeclaration> Values)
    : Declaration(Origin, Doc);

internal sealed record StructDeclaration(
    Origin Origin, DocComment? Doc, string? Base, IReadOnlyList<MemberDeclaration> Members)
    : Declaration(Origin, Doc);

internal sealed record UnionDeclaration(
    Origin Origin, DocComment? Doc, DataDeclaration Base, string Discriminator, IReadOnlyList<BranchDeclaration> Branches)
    : Declaration(Origin, Doc);

internal sealed record AlternateDeclaration(
    Origin Origin, DocComment? Doc, IReadOnlyList<BranchDeclaration> Branches)
    : Declaration(Origin, Doc);

internal sealed record CommandDeclaration(
    Origin Origin, DocComment? Doc, DataDeclaration? Data, TypeReference? Returns, CommandFlags Flags)
    : Declaration(Origin, Doc);

internal sealed record EventDeclaration(Origin Origin, DocComment? Doc, DataDeclaration? Data, bool Boxed)
    : Declaration(Origin, Doc);

/// <summary>The flags of a command, with the defaults of the schema language.</summary>
internal sealed record CommandFlags
{
    public bool Boxed { get; init; }

    public bool Generated { get; init; } = true;

    public bool SuccessResponse { get; init; } = true;

    public bool AllowOob { get; init; }

    public bool AllowPreconfig { get; init; }

    public bool Coroutine { get; init; }
}
