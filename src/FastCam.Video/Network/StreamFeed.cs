namespace FastCam.Video.Network;

/// <summary>Copies a stream of ours to a capture child's standard input, at the speed at which the child takes it.</summary>
sealed class StreamFeed(string name, Stream stream) : Companion
{
    const int Piece = 64 * 1024;

    readonly Lock _gate = new();
    volatile MediaException? _failure;
    volatile bool _disposed;

    public override MediaException? Failure => _failure;

    public override void Attach(Stream input) =>
        new Thread(() => Copy(input)) { IsBackground = true, Name = "capture feed" }.Start();

    // The thread ends when its read or its write fails; a read of our own standard input ends with the program at the latest.
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
            for (var count = stream.Read(piece); count > 0; count = stream.Read(piece))
            {
                if (!Write(input, piece.AsSpan(0, count)))
                    return;
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException or HttpRequestException)
        {
            if (!_disposed)
                _failure = new(MediaFault.SourceFailed, $"{name}: the connection broke off.", error);
        }

        Close(input);
    }

    static bool Write(Stream input, ReadOnlySpan<byte> piece)
    {
        try
        {
            input.Write(piece);
            return true;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return false; // the child is gone, and says itself why
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
            // What was buffered has no reader any more.
        }
    }
}
