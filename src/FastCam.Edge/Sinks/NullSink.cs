using FastCam.Edge.Packets;
using FastCam.Video;
using FastCam.Video.Accounting;

namespace FastCam.Edge.Sinks;

/// <summary>Takes every packet, drawn as for a file, and keeps none: for measuring.</summary>
sealed class NullSink(LedgerAccount account) : Sink(account)
{
    public override void Write(in FramePacket packet)
    {
    }
}

/// <summary>No place at all: <c>null:</c>.</summary>
sealed record NullSinkUri : SinkUri
{
    public static SinkScheme Scheme { get; } = new("null", "null:", Parse);

    public override string Name => "null:";

    public override Sink Open(SinkOpening opening) => new NullSink(opening.Account);

    static NullSinkUri Parse(MediaUri uri)
    {
        uri.AllowOptions();
        return uri.Target.Length == 0 ? new NullSinkUri() : throw uri.Bad("nothing follows null:");
    }
}
