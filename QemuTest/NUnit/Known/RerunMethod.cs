using System.Reflection;
using NUnit.Framework.Interfaces;

namespace QemuTest.NUnit;

/// <summary>A test method with one more attribute.</summary>
/// <param name="inner">The method.</param>
/// <param name="attribute">The attribute.</param>
internal sealed class RerunMethod(IMethodInfo inner, IRepeatTest attribute) : IMethodInfo
{
    public ITypeInfo TypeInfo => inner.TypeInfo;

    public MethodInfo MethodInfo => inner.MethodInfo;

    public string Name => inner.Name;

    public bool IsAbstract => inner.IsAbstract;

    public bool IsPublic => inner.IsPublic;

    public bool IsStatic => inner.IsStatic;

    public bool ContainsGenericParameters => inner.ContainsGenericParameters;

    public bool IsGenericMethod => inner.IsGenericMethod;

    public bool IsGenericMethodDefinition => inner.IsGenericMethodDefinition;

    public ITypeInfo ReturnType => inner.ReturnType;

    public IParameterInfo[] GetParameters() => inner.GetParameters();

    public Type[] GetGenericArguments() => inner.GetGenericArguments();

    public IMethodInfo MakeGenericMethod(params Type[] typeArguments) => new RerunMethod(inner.MakeGenericMethod(typeArguments), attribute);

    public object? Invoke(object? fixture, params object?[]? args) => inner.Invoke(fixture, args);

    public T[] GetCustomAttributes<T>(bool inherit)
        where T : class => attribute is T added ? [.. inner.GetCustomAttributes<T>(inherit), added] : inner.GetCustomAttributes<T>(inherit);

    public bool IsDefined<T>(bool inherit)
        where T : class => attribute is T || inner.IsDefined<T>(inherit);
}
