using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace QemuTest.Qmp;

/// <summary>Converts between typed and untyped commands, for generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class QapiCalls
{
    internal static readonly JsonElement NoArguments = JsonElement.Parse("{}");

    /// <summary>Runs a command without arguments and without a result.</summary>
    /// <param name="qmp">The monitor.</param>
    /// <param name="command">The name of the command.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the wait; QEMU may still run the command.</param>
    public static Task CallAsync(
        this IQmpExecutor qmp, string command, QmpCommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(qmp);
        return qmp.ExecuteAsync(command, null, options, cancellationToken);
    }

    /// <summary>Runs a command with arguments and without a result.</summary>
    /// <typeparam name="TArguments">The type of the arguments.</typeparam>
    /// <param name="qmp">The monitor.</param>
    /// <param name="command">The name of the command.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="argumentsType">The metadata of the arguments.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the wait; QEMU may still run the command.</param>
    public static Task CallAsync<TArguments>(
        this IQmpExecutor qmp, string command, TArguments arguments, JsonTypeInfo<TArguments> argumentsType,
        QmpCommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(qmp);
        return qmp.ExecuteAsync(command, JsonSerializer.SerializeToElement(arguments, argumentsType), options, cancellationToken);
    }

    /// <summary>Runs a command without arguments.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="qmp">The monitor.</param>
    /// <param name="command">The name of the command.</param>
    /// <param name="resultType">The metadata of the result.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the wait; QEMU may still run the command.</param>
    /// <exception cref="QmpAnswerException">The reply does not match the schema.</exception>
    public static async Task<TResult> CallAsync<TResult>(
        this IQmpExecutor qmp, string command, JsonTypeInfo<TResult> resultType,
        QmpCommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(qmp);
        JsonElement reply = await qmp.ExecuteAsync(command, null, options, cancellationToken).ConfigureAwait(false);
        return DecodeReply(qmp, command, reply, resultType);
    }

    /// <summary>Runs a command with arguments.</summary>
    /// <typeparam name="TArguments">The type of the arguments.</typeparam>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="qmp">The monitor.</param>
    /// <param name="command">The name of the command.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="argumentsType">The metadata of the arguments.</param>
    /// <param name="resultType">The metadata of the result.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the wait; QEMU may still run the command.</param>
    /// <exception cref="QmpAnswerException">The reply does not match the schema.</exception>
    public static async Task<TResult> CallAsync<TArguments, TResult>(
        this IQmpExecutor qmp, string command, TArguments arguments, JsonTypeInfo<TArguments> argumentsType,
        JsonTypeInfo<TResult> resultType, QmpCommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(qmp);
        JsonElement encoded = JsonSerializer.SerializeToElement(arguments, argumentsType);
        JsonElement reply = await qmp.ExecuteAsync(command, encoded, options, cancellationToken).ConfigureAwait(false);
        return DecodeReply(qmp, command, reply, resultType);
    }

    /// <summary>Converts an event to its record.</summary>
    /// <typeparam name="TEvent">The event record.</typeparam>
    /// <param name="message">The event.</param>
    /// <exception cref="QmpAnswerException">The data does not match the schema.</exception>
    public static TEvent DecodeEvent<TEvent>(QmpEvent message)
        where TEvent : QapiEvent, IQapiEvent<TEvent> => TEvent.Decode(message);

    /// <summary>Converts the data of an event to a record. Missing data counts as an empty object.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="message">The event.</param>
    /// <param name="type">The metadata of the record.</param>
    /// <exception cref="QmpAnswerException">The data does not match the schema.</exception>
    public static T DecodeData<T>(QmpEvent message, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(message);
        JsonElement data = message.Data.ValueKind == JsonValueKind.Undefined ? NoArguments : message.Data;
        return Decode(data, type, new QapiSource($"event {message.Name}"));
    }

    /// <summary>Converts the arguments of a command. A mandatory one cannot be missing.</summary>
    /// <exception cref="JsonException">The arguments do not match the schema.</exception>
    internal static T DecodeArguments<T>(string command, JsonElement arguments, JsonTypeInfo<T> type)
    {
        using Scope scope = new(new QapiSource(command) { Command = command, IsStrict = true });
        return arguments.Deserialize(type) ?? throw new JsonException("arguments are null");
    }

    private static T DecodeReply<T>(IQmpExecutor qmp, string command, JsonElement reply, JsonTypeInfo<T> type)
    {
        var client = qmp as QmpClient;
        return Decode(reply, type, new QapiSource(command) { Command = command, Monitor = client?.Name, Version = client?.Greeting.Version });
    }

    private static T Decode<T>(JsonElement value, JsonTypeInfo<T> type, QapiSource source)
    {
        using Scope scope = new(source);
        try
        {
            return value.Deserialize(type) ?? throw new JsonException("null");
        }
        catch (JsonException problem)
        {
            throw new QmpAnswerException(source.What, typeof(T).Name, QmpText.Excerpt(value), problem)
            {
                Command = source.Command,
                Monitor = source.Monitor,
            };
        }
    }

    /// <summary>Sets the source of the values that a thread decodes.</summary>
    private readonly ref struct Scope : IDisposable
    {
        private readonly QapiSource? _outer = QapiSource.Current;

        public Scope(QapiSource source) => QapiSource.Current = source;

        public void Dispose() => QapiSource.Current = _outer;
    }
}
