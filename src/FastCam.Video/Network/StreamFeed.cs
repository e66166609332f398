using System.Security.Cryptography;

namespace FastCam.Video.Network;

/// <summary>Copies a stream to a capture child's standard input, as fast as the child takes it.</summary>
/// <param name="name">The source's display name.</param>
/// <param name="stream">The stream; disposed of with this.</param>
/// <param name="ended">
/// Called on the feed's thread when the child has all of the stream, or takes no more, and not where the stream failed; null: nothing is.
/// </param>
sealed class StreamFeed(string name, Stream stream, Action? ended = null) : Companion
{
    const int Piece = 64 * 1024;

    readonly Lock _gate = new();
    volatile MediaException? _failure;
    volatile bool _disposed;

    public override MediaException? Failure => _failure;

    public override void Attach(Stream input) =>
        new Thread(() => Copy(input)) { IsBackground = true, Name = "capture feed" }.Start();

    // The thread ends when its read or its write fails. A read of our own standard input ends with the program at the latest.
    public override void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            stream.Dispose();
        }
    }

    void Copy(Stream input)
    {
        var piece = new byte[Piece];
        try
        {
            var count = stream.Read(piece);
            while (count > 0 && Write(input, piece.AsSpan(0, count)))
                count = stream.Read(piece);
        }
        catch (MediaException error)
        {
            _failure = error;
        }
        catch (Exception error) when (IsBroken(error))
        {
            if (!_disposed)
                _failure = BrokeOff(name, error);
        }

        Close(input);
        if (_failure is null)
            ended?.Invoke(); // even where the child was quicker, and is disposed of by now
    }

    /// <summary>Whether an error is that of a connection.</summary>
    public static bool IsBroken(Exception error) => error is IOException or ObjectDisposedException or OperationCanceledException or HttpRequestException
        or InvalidDataException or CryptographicException;

    /// <summary>The fault of a connection that broke.</summary>
    public static MediaException BrokeOff(string name, Exception error) => new(MediaFault.SourceFailed, $"{name}: the connection broke off.", error);

    static bool Write(Stream input, ReadOnlySpan<byte> piece)
    {
        try
        {
            input.Write(piece);
            return true;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return false; // the child is gone, and its own log says why
        }
    }

    static void Close(Stream input)
    {
        try
        {
            input.Dispose();
        }
        catch (IOException)
        {
            // The buffered bytes have no reader any more.
        }
    }
}

/// <summary>
/// What works beside a capture child for as long as it runs: a relay of its connection, or the feed of its standard input.
/// </summary>
abstract class Companion : IDisposable
{
    /// <summary>What went wrong on its side; null while nothing has.</summary>
    public abstract MediaException? Failure { get; }

    /// <summary>Network packets missing so far.</summary>
    public virtual long PacketsLost => 0;

    /// <summary>Since when the child could have given a frame, in Stopwatch ticks; null where that is not known.</summary>
    public virtual long? FrameDueSince => null;

    /// <summary>Returns what the child said in the user's words, where the child knows the source by another name.</summary>
    public virtual string Translate(string log) => log;

    /// <summary>Takes over the standard input of the child, which has been started.</summary>
    /// <param name="input">The child's standard input, which the companion writes and closes.</param>
    public virtual void Attach(Stream input) => input.Dispose();

    /// <summary>Ends it at once, from any thread.</summary>
    public abstract void Dispose();
}

/// <summary>A stream that can only be read, and only forwards.</summary>
abstract class ReadOnlyStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public abstract override int Read(Span<byte> buffer);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
