using FastCam.Video.Sources;

namespace FastCam.Video.Live;

/// <summary>Opens a live source, again and again.</summary>
abstract class Connector
{
    /// <summary>The display name, without credentials.</summary>
    public abstract string Name { get; }

    /// <summary>How the source is read, as a sentence; null when there is nothing to say.</summary>
    public virtual string? Notice => null;

    /// <summary>
    /// What is waited for until the first frame of a connection, as a sentence, where this side waits to be sent something; null where it asks for it.
    /// </summary>
    public virtual string? Awaits => null;

    /// <summary>Whether a source that was opened has an other end that answered. Where this side waits, that shows by its first frame.</summary>
    public virtual bool IsAnswered => Awaits is null;

    /// <summary>
    /// For how long a source that was opened may go on calling its other end: what is told apart in there alone. The first frame has its own time
    /// from then on, or whoever is reached late would be left again before a frame of theirs is decoded.
    /// </summary>
    public virtual TimeSpan CallsFor => TimeSpan.Zero;

    /// <summary>Opens the source if its other end answers. Where nothing answers, that must show quickly and cost little.</summary>
    /// <exception cref="MediaException">It cannot be opened now; <see cref="MediaException.Recovery"/> says what helps.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public abstract FrameSource Connect(CancellationToken stop);
}
