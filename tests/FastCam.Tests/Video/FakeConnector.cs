using FastCam.Video;
using FastCam.Video.Frames;
using FastCam.Video.Live;
using FastCam.Video.Sources;

namespace FastCam.Tests.Video;

/// <summary>What one connection of a test's live source does: it gives frames with these times, and then ends.</summary>
sealed record Script(
    IReadOnlyList<TimeSpan> Times, Action? End = null, bool HangsInPixels = false, int Fill = -1, bool IsFinite = false)
{
    public static Script Frames(int count, double rate = 100, Action? end = null) =>
        new([.. Enumerable.Range(0, count).Select(i => TimeSpan.FromSeconds(i / rate))], end);
}

/// <summary>Connections from a list of scripts, or of errors; past its end, connections that give nothing.</summary>
sealed class FakeConnector(params object[] plan) : Connector
{
    int _next;

    public int Attempts => _next;

    public List<FakeConnection> Connections { get; } = [];

    public override string Name => "fake";

    public override TimeSpan CallsFor => Calling;

    public TimeSpan Calling { get; init; }

    public override FrameSource Connect(CancellationToken stop)
    {
        var step = _next < plan.Length ? plan[_next] : new Script([], Hang);
        _next++;
        if (step is MediaException error)
            throw error;
        Connections.Add(new FakeConnection((Script)step));
        return Connections[^1];
    }

    /// <summary>Marks that a connection hangs until it is aborted.</summary>
    public static void Hang()
    {
    }
}

/// <summary>One connection of a <see cref="FakeConnector"/>.</summary>
sealed class FakeConnection(Script script) : FrameSource
{
    static readonly FrameFormat Format = new(160, 90);

    readonly ManualResetEventSlim _aborted = new();
    int _next;

    public bool IsDisposed { get; private set; }

    public override string Name => "fake connection";

    public override bool IsLive => true;

    public override bool IsFinite => script.IsFinite;

    public override bool WaitNext(out FrameHeader header)
    {
        header = default;
        if (_aborted.IsSet)
            return false;
        if (_next == script.Times.Count)
        {
            if (script.End == FakeConnector.Hang)
                _aborted.Wait();
            else
                script.End?.Invoke();
            return false;
        }

        header = new(Format, _next, script.Times[_next]);
        return true;
    }

    public override bool Read(Frame frame)
    {
        if (script.HangsInPixels && _next == script.Times.Count - 1)
        {
            _aborted.Wait();
            throw new MediaException(MediaFault.SourceFailed, "cut off");
        }

        frame.Pixels.Fill((byte)(script.Fill >= 0 ? script.Fill : _next));
        _next++;
        return true;
    }

    public override void Skip() => _next++;

    public override void Stop() => _aborted.Set();

    public override void Dispose()
    {
        _aborted.Set();
        IsDisposed = true;
    }
}
