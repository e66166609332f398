namespace FastCam.Video.Network;

/// <summary>What works beside a capture child for as long as it runs: a relay of its connection, or the feed of its standard input.</summary>
abstract class Companion : IDisposable
{
    /// <summary>What went wrong on its side; null while nothing did.</summary>
    public abstract MediaException? Failure { get; }

    /// <summary>Network packets missing so far.</summary>
    public virtual long PacketsLost => 0;

    /// <summary>The child has been started.</summary>
    /// <param name="input">Its standard input, the companion's to write and to close; null where it has no use for it.</param>
    public virtual void Attach(Stream input) => input.Dispose();

    /// <summary>Ends it at once, from any thread.</summary>
    public abstract void Dispose();
}
