using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace QemuTest.Qmp.Testing;

/// <summary>The base class of a fake monitor. It decodes the arguments, calls a typed handler and encodes the result.</summary>
/// <remarks>Use the server in place of a <see cref="QmpClient"/>, or pass it the commands from a socket. It is thread-safe if the
/// handlers are.</remarks>
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

    /// <summary>Creates an error reply, for handlers to throw.</summary>
    /// <param name="command">The name of the command.</param>
    /// <param name="description">The error text.</param>
    /// <param name="errorClass">QEMU's error class.</param>
    protected static QmpCommandException Failure(string command, string description, string errorClass = "GenericError") =>
        new(command, errorClass, description);

    /// <summary>Calls the handler of a command.</summary>
    /// <param name="command">The name of the command.</param>
    /// <param name="arguments">The arguments, not yet decoded.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    protected abstract Task<JsonElement> DispatchAsync(string command, JsonElement? arguments, CancellationToken cancellationToken = default);

    /// <summary>Fails with the error of QEMU for an unknown command.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="command">The name of the command.</param>
    protected static Task<T> NotFoundAsync<T>(string command) =>
        Task.FromException<T>(Failure(command, $"The command {command} has not been found", "CommandNotFound"));

    /// <summary>Answers a command without arguments and without a result.</summary>
    /// <param name="handler">The handler.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    protected static async Task<JsonElement> AnswerAsync(Func<CancellationToken, Task> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        await handler(cancellationToken).ConfigureAwait(false);
        return EmptyObject;
    }

    /// <summary>Answers a command without arguments.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="handler">The handler.</param>
    /// <param name="resultType">The metadata of the result.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    protected static async Task<JsonElement> AnswerAsync<TResult>(
        Func<CancellationToken, Task<TResult>> handler, JsonTypeInfo<TResult> resultType, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return JsonSerializer.SerializeToElement(await handler(cancellationToken).ConfigureAwait(false), resultType);
    }

    /// <summary>Answers a command with arguments and without a result.</summary>
    /// <typeparam name="TArguments">The type of the arguments.</typeparam>
    /// <param name="command">The name of the command.</param>
    /// <param name="arguments">The arguments, not yet decoded.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="argumentsType">The metadata of the arguments.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    protected static async Task<JsonElement> AnswerAsync<TArguments>(
        string command, JsonElement? arguments, Func<TArguments, CancellationToken, Task> handler,
        JsonTypeInfo<TArguments> argumentsType, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        await handler(Decode(command, arguments, argumentsType), cancellationToken).ConfigureAwait(false);
        return EmptyObject;
    }

    /// <summary>Answers a command with arguments.</summary>
    /// <typeparam name="TArguments">The type of the arguments.</typeparam>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="command">The name of the command.</param>
    /// <param name="arguments">The arguments, not yet decoded.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="argumentsType">The metadata of the arguments.</param>
    /// <param name="resultType">The metadata of the result.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    protected static async Task<JsonElement> AnswerAsync<TArguments, TResult>(
        string command, JsonElement? arguments, Func<TArguments, CancellationToken, Task<TResult>> handler,
        JsonTypeInfo<TArguments> argumentsType, JsonTypeInfo<TResult> resultType, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        TResult result = await handler(Decode(command, arguments, argumentsType), cancellationToken).ConfigureAwait(false);
        return JsonSerializer.SerializeToElement(result, resultType);
    }

    private static TArguments Decode<TArguments>(string command, JsonElement? arguments, JsonTypeInfo<TArguments> type)
    {
        try
        {
            return QapiCalls.DecodeArguments(command, arguments ?? EmptyObject, type);
        }
        catch (JsonException problem)
        {
            throw Failure(command, problem.Message);
        }
    }
}
