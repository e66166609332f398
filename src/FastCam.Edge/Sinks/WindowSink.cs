using FastCam.Edge.Packets;
using FastCam.Video;
using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Libraries;

namespace FastCam.Edge.Sinks;

/// <summary>
/// A window on the desktop. A frame is handed over to the thread of all windows, which draws it as this window's own keys have set, and counts as
/// delivered when it was drawn. Closing the window ends the stream, in order.
/// </summary>
sealed class WindowSink : Sink
{
    /// <summary>A desktop that hangs is waited for so often so long: 10 s.</summary>
    const int Rounds = 100;

    static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(100);

    readonly WindowView _view;
    readonly IDisposable _window;

    /// <exception cref="MediaException">There is no display, or what opens windows is not installed.</exception>
    public WindowSink(WindowSinkUri uri, SinkOpening opening) : base(opening.Account)
    {
        _view = new WindowView(uri, opening);
        _window = MediaLibrary.Load("watch the page instead", "sink").OpenWindow(uri.Size, _view);
    }

    /// <summary>The window draws by itself.</summary>
    public override bool WantsOverlay => false;

    public override bool SettlesFrames => true;

    public override void Write(in FramePacket packet)
    {
        DropReason? dropped;
        try
        {
            dropped = _view.Offer(packet) ?? Wait();
        }
        catch
        {
            Account.Dropped(packet.Info.Sequence, DropReason.SinkFailed);
            throw;
        }
        if (dropped is { } why)
            Account.Dropped(packet.Info.Sequence, why);
        else
            Account.Delivered(packet.Info.Sequence);
        if (dropped is DropReason.SinkFailed)
            throw new MediaException(MediaFault.SinkFailed, _view.Failure ?? "The window does not answer: the desktop hangs.");
    }

    public override void Complete()
    {
        _view.End();
        if (_view.Failure is { } failure)
            throw new MediaException(MediaFault.SinkFailed, failure);
    }

    public override void Dispose()
    {
        _window.Dispose();
        _view.Dispose();
    }

    /// <summary>Waits until the frame was drawn; returns why it was not. Rounds are counted, not time: a program that was stopped has not waited.</summary>
    DropReason? Wait()
    {
        for (var round = 0; round < Rounds; round++)
        {
            if (_view.WaitDrawn(RoundTime, out var dropped))
                return dropped;
        }
        return DropReason.SinkFailed;
    }
}

/// <summary>A window on the desktop: <c>window:</c>.</summary>
/// <param name="Size">How large its overlay is at first.</param>
/// <param name="FillsScreen">Whether it fills the screen at first.</param>
/// <param name="Snapshots">The folder of its snapshots.</param>
sealed record WindowSinkUri(FrameFormat Size, bool FillsScreen, string Snapshots) : SinkUri
{
    static readonly FrameFormat Default = new(960, 540), Least = new(64, 64);

    public static SinkScheme Scheme { get; } = new("window", "window:", Parse);

    public override string Name => "window:";

    public override bool IsWatched => true;

    public override Sink Open(SinkOpening opening) => new WindowSink(this, opening);

    static WindowSinkUri Parse(MediaUri uri)
    {
        uri.AllowOptions("size", "fullscreen", "snapshots");
        if (uri.Target.Length > 0)
            throw uri.Bad("nothing follows window: but its options, as window:?size=1280x720");
        var fillsScreen = uri["fullscreen"] switch
        {
            null or "false" => false,
            "" or "true" => true,
            var other => throw uri.Bad($"fullscreen={other} is neither true nor false"),
        };
        var size = uri["size"] is not { } text ? Default
            : FrameFormat.TryParse(text, Least, out var asked) ? asked : throw uri.Bad($"size={text} is no size such as 1280x720");
        return new WindowSinkUri(size, fillsScreen, uri["snapshots"] is { Length: > 0 } folder ? folder : ".");
    }
}
