using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace QemuTest.Qmp;

/// <summary>Answers commands in place of a QEMU: decodes the arguments, calls a typed handler, encodes its result.</summary>
/// <remarks>A client can be given the server itself, or a connection whose other end passes commands on to it. Any
/// number of commands may run at once if the handlers allow it.</remarks>
public abstract class QapiServer : IQmpExecutor
{
    private static readonly JsonElement EmptyObject = QapiCalls.NoArguments;

    /// <inheritdoc/>
    public Task<JsonElement> ExecuteAsync(
        string command, JsonElement? arguments = null, QmpCommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return DispatchAsync(command, arguments, cancellationToken);
    }

    /// <summary>An error as QEMU would answer it, for handlers to throw.</summary>
    /// <param name="command">The command that fails.</param>
    /// <param name="description">What went wrong.</param>
    /// <param name="errorClass">QEMU's error class.</param>
    protected static QmpCommandException Failure(string command, string description, string errorClass = "GenericError") =>
        new(command, errorClass, description);

    /// <summary>Calls the handler of a command.</summary>
    /// <param name="command">The command's name.</param>
    /// <param name="arguments">Its arguments as they came.</param>
    /// <param name="cancellationToken">Ends with the connection.</param>
    protected abstract Task<JsonElement> DispatchAsync(string command, JsonElement? arguments, CancellationToken cancellationToken);

    /// <summary>What QEMU answers to a command that it does not have.</summary>
    /// <typeparam name="T">The handler's result.</typeparam>
    /// <param name="command">The command's name.</param>
    protected static Task<T> NotFoundAsync<T>(string command) =>
        Task.FromException<T>(Failure(command, $"The command {command} has not been found", "CommandNotFound"));

    /// <summary>Answers a command without arguments or result.</summary>
    /// <param name="handler">The handler.</param>
    /// <param name="cancellationToken">Ends with the connection.</param>
    protected static async Task<JsonElement> AnswerAsync(Func<CancellationToken, Task> handler, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(handler);
        await handler(cancellationToken).ConfigureAwait(false);
        return EmptyObject;
    }

    /// <summary>Answers a command without arguments.</summary>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="handler">The handler.</param>
    /// <param name="resultType">The result's metadata.</param>
    /// <param name="cancellationToken">Ends with the connection.</param>
    protected static async Task<JsonElement> AnswerAsync<TResult>(
        Func<CancellationToken, Task<TResult>> handler, JsonTypeInfo<TResult> resultType, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return JsonSerializer.SerializeToElement(await handler(cancellationToken).ConfigureAwait(false), resultType);
    }

    /// <summary>Answers a command without result.</summary>
    /// <typeparam name="TArguments">Its arguments.</typeparam>
    /// <param name="command">The command's name.</param>
    /// <param name="arguments">The arguments as they came.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="argumentsType">The arguments' metadata.</param>
    /// <param name="cancellationToken">Ends with the connection.</param>
    protected static async Task<JsonElement> AnswerAsync<TArguments>(
        string command, JsonElement? arguments, Func<TArguments, CancellationToken, Task> handler,
        JsonTypeInfo<TArguments> argumentsType, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(handler);
        await handler(Decode(command, arguments, argumentsType), cancellationToken).ConfigureAwait(false);
        return EmptyObject;
    }

    /// <summary>Answers a command.</summary>
    /// <typeparam name="TArguments">Its arguments.</typeparam>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="command">The command's name.</param>
    /// <param name="arguments">The arguments as they came.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="argumentsType">The arguments' metadata.</param>
    /// <param name="resultType">The result's metadata.</param>
    /// <param name="cancellationToken">Ends with the connection.</param>
    protected static async Task<JsonElement> AnswerAsync<TArguments, TResult>(
        string command, JsonElement? arguments, Func<TArguments, CancellationToken, Task<TResult>> handler,
        JsonTypeInfo<TArguments> argumentsType, JsonTypeInfo<TResult> resultType, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(handler);
        TResult result = await handler(Decode(command, arguments, argumentsType), cancellationToken).ConfigureAwait(false);
        return JsonSerializer.SerializeToElement(result, resultType);
    }

    private static TArguments Decode<TArguments>(string command, JsonElement? arguments, JsonTypeInfo<TArguments> type)
    {
        try
        {
            return (arguments ?? EmptyObject).Deserialize(type) ?? throw new JsonException("arguments are null");
        }
        catch (JsonException problem)
        {
            throw Failure(command, problem.Message);
        }
    }
}
