using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace QemuTest.Qmp;

/// <summary>The step from typed to untyped commands, for generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class QapiCalls
{
    internal static readonly JsonElement NoArguments = JsonDocument.Parse("{}").RootElement;

    /// <summary>Runs a command without arguments that returns nothing.</summary>
    /// <param name="qmp">The monitor.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="options">How it is sent.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public static Task CallAsync(this IQmpExecutor qmp, string command, QmpCommandOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(qmp);
        return qmp.ExecuteAsync(command, null, options, cancellationToken);
    }

    /// <summary>Runs a command with arguments that returns nothing.</summary>
    /// <typeparam name="TArguments">The arguments.</typeparam>
    /// <param name="qmp">The monitor.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="argumentsType">Their metadata.</param>
    /// <param name="options">How it is sent.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public static Task CallAsync<TArguments>(
        this IQmpExecutor qmp, string command, TArguments arguments, JsonTypeInfo<TArguments> argumentsType,
        QmpCommandOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(qmp);
        return qmp.ExecuteAsync(command, JsonSerializer.SerializeToElement(arguments, argumentsType), options, cancellationToken);
    }

    /// <summary>Runs a command without arguments.</summary>
    /// <typeparam name="TResult">What it returns.</typeparam>
    /// <param name="qmp">The monitor.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="resultType">The result's metadata.</param>
    /// <param name="options">How it is sent.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="QmpAnswerException">The answer is not what the schema promises.</exception>
    public static async Task<TResult> CallAsync<TResult>(
        this IQmpExecutor qmp, string command, JsonTypeInfo<TResult> resultType,
        QmpCommandOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(qmp);
        JsonElement answer = await qmp.ExecuteAsync(command, null, options, cancellationToken).ConfigureAwait(false);
        return Decode(command, answer, resultType);
    }

    /// <summary>Runs a command.</summary>
    /// <typeparam name="TArguments">The arguments.</typeparam>
    /// <typeparam name="TResult">What it returns.</typeparam>
    /// <param name="qmp">The monitor.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="argumentsType">Their metadata.</param>
    /// <param name="resultType">The result's metadata.</param>
    /// <param name="options">How it is sent.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="QmpAnswerException">The answer is not what the schema promises.</exception>
    public static async Task<TResult> CallAsync<TArguments, TResult>(
        this IQmpExecutor qmp, string command, TArguments arguments, JsonTypeInfo<TArguments> argumentsType,
        JsonTypeInfo<TResult> resultType, QmpCommandOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(qmp);
        JsonElement encoded = JsonSerializer.SerializeToElement(arguments, argumentsType);
        JsonElement answer = await qmp.ExecuteAsync(command, encoded, options, cancellationToken).ConfigureAwait(false);
        return Decode(command, answer, resultType);
    }

    /// <summary>An event's data as a record; an event without data is an empty one.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="message">What the monitor sent.</param>
    /// <param name="type">The record's metadata.</param>
    /// <exception cref="QmpAnswerException">The data is not what the schema promises.</exception>
    public static T DecodeEvent<T>(QmpEvent message, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(message);
        JsonElement data = message.Data.ValueKind == JsonValueKind.Undefined ? NoArguments : message.Data;
        return Decode($"event {message.Name}", data, type);
    }

    internal static T Decode<T>(string what, JsonElement value, JsonTypeInfo<T> type)
    {
        try
        {
            return value.Deserialize(type) ?? throw new JsonException("null");
        }
        catch (JsonException problem)
        {
            throw new QmpAnswerException(what, typeof(T).Name, QmpText.Excerpt(value), problem);
        }
    }
}
