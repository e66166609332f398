using System.Diagnostics;
using FastCam.Cli;
using FastCam.Edge;
using FastCam.Edge.Overlays;
using FastCam.Edge.Packets;
using FastCam.Edge.Pipeline;
using FastCam.Edge.Sinks;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Saliency.Overlays;
using FastCam.Tests.Onnx;
using FastCam.Video;
using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Pipeline;

public sealed class StreamPipelineTests : IDisposable
{
    readonly ExplainedNetwork _network = CpuNetwork.Explain(Model.Load(Repository.File("models", "efficientnet-lite0.onnx")));

    readonly List<FrameSource> _sources = [];

    public void Dispose()
    {
        foreach (var source in _sources)
            source.Dispose();
        _network.Dispose();
    }

    [Theory]
    [InlineData("every-frame")]
    [InlineData("live")]
    public void Every_frame_is_accounted_for_at_every_sink(string delivery)
    {
        using var stream = Stream("test:320x180@120?frames=200", EnumNames.Parse<Delivery>(delivery)!.Value, sinks: 3);

        stream.Run();

        Assert.Equal(3, stream.Ledger.Accounts.Count);
        Assert.All(stream.Ledger.Accounts, account =>
        {
            var snapshot = account.Snapshot();
            Assert.True(snapshot.Balanced);
            Assert.Equal((200, 0), (snapshot.Captured, snapshot.InFlight));
        });
    }

    [Fact]
    public void Every_frame_delivery_loses_nothing_to_a_slow_sink()
    {
        using var stream = Stream("test:320x180@120?frames=60", Delivery.EveryFrame, sinks: 1, write: _ => Thread.Sleep(15));

        stream.Run();

        Assert.Equal(60, stream.Ledger.Accounts[0].Snapshot().Delivered);
    }

    [Fact]
    public void Live_delivery_skips_for_a_slow_sink_and_counts_it_there_alone()
    {
        using var stream = Stream(
            "test:320x180@200?frames=200", Delivery.Live, sinks: 2, write: sink => Thread.Sleep(sink == 0 ? 50 : 0), realtime: true);

        stream.Run();

        var (slow, quick) = (stream.Ledger.Accounts[0].Snapshot(), stream.Ledger.Accounts[1].Snapshot());
        Assert.True(slow.Dropped(DropReason.SinkBehind) > 10, $"only {slow.Dropped(DropReason.SinkBehind)} skipped");
        Assert.True(quick.Delivered > slow.Delivered);
        Assert.True(slow.Balanced && quick.Balanced);
    }

    [Fact]
    public void A_leaked_lease_is_an_unbalanced_ledger_that_names_the_stage()
    {
        using var stream = Stream("test:320x180?frames=20", Delivery.EveryFrame, captured: frame =>
        {
            if (frame.Sequence == 7)
                frame.AddLease();
        });

        var error = Assert.Throws<LedgerException>(stream.Run);

        Assert.Equal(ExitCode.LedgerUnbalanced, ExitCodes.FromException(error));
        Assert.Equal(4, (int)ExitCode.LedgerUnbalanced);
        Assert.Contains("Frame 7", error.Message);
        Assert.Contains("Sink", error.Message);
    }

    [Fact]
    public void A_lease_given_back_twice_is_an_error_and_not_a_corrupt_frame()
    {
        using var stream = Stream("test:320x180?frames=20", Delivery.EveryFrame, captured: frame =>
        {
            if (frame.Sequence == 7)
                frame.Release();
        });

        var error = Assert.ThrowsAny<Exception>(stream.Run);

        Assert.True(error.Message.Contains("Frame 7"), error.ToString());
    }

    [Fact]
    public void A_frame_settled_twice_is_an_unbalanced_ledger()
    {
        StreamPipeline? stream = null;
        stream = Stream("test:320x180?frames=20", Delivery.EveryFrame, captured: frame =>
        {
            if (frame.Sequence == 7)
                stream!.Ledger.Dropped(7, DropReason.SourceFailed);
        });
        using (stream)
        {
            var error = Assert.Throws<LedgerException>(stream.Run);
            Assert.Contains("rame 7", error.Message);
        }
    }

    [Fact]
    public void A_sink_that_fails_ends_the_stream_with_its_error_and_a_balanced_ledger()
    {
        using var stream = Stream("test:320x180?frames=500", Delivery.EveryFrame, sinks: 2, fail: (sink, sequence) => sink == 0 && sequence == 10);

        var error = Assert.Throws<MediaException>(stream.Run);

        Assert.Equal(MediaFault.SinkFailed, error.Fault);
        Assert.All(stream.Ledger.Accounts, account =>
        {
            var snapshot = account.Snapshot();
            Assert.True(snapshot.Balanced, snapshot.FirstViolation);
            Assert.Equal(0, snapshot.InFlight);
        });
        Assert.True(stream.Ledger.Accounts[0].Snapshot().Dropped(DropReason.SinkFailed) > 0);
    }

    [Fact]
    public void A_sink_that_may_drop_loses_the_frames_that_it_fails_on_and_no_other()
    {
        using var stream = Stream(
            "test:320x180?frames=60", Delivery.EveryFrame, sinks: 2, fail: (sink, sequence) => sink == 0 && sequence % 3 == 0, onFailure: OnFailure.Drop);
        var changes = new List<SinkStatus>();
        stream.Sinks[0].StatusChanged = sink => changes.Add(sink.Status);

        stream.Run();

        var (broken, whole) = (stream.Ledger.Accounts[0].Snapshot(), stream.Ledger.Accounts[1].Snapshot());
        Assert.Equal((60, 40, 20), (broken.Captured, broken.Delivered, broken.Dropped(DropReason.SinkFailed)));
        Assert.Equal((60, 60), (whole.Captured, whole.Delivered));
        Assert.True(broken.Balanced && whole.Balanced);
        // Between two failures it never works for a second, so that it is told of once.
        Assert.Equal(new SinkStatus("The probe broke.", 1), Assert.Single(changes));
        Assert.Equal(20, stream.Sinks[0].Status.Failures);
    }

    [Fact]
    public void A_sink_that_is_tried_again_is_spared_between_two_attempts_and_counts_what_it_loses()
    {
        var attempts = new List<(long Sequence, long At)>();
        using var stream = Stream(
            "test:320x180@50?frames=200", Delivery.EveryFrame, sinks: 2, realtime: true, onFailure: OnFailure.Retry, fail: (sink, sequence) =>
            {
                if (sink == 0)
                    attempts.Add((sequence, Stopwatch.GetTimestamp()));
                return sink == 0 && sequence < 60;
            });

        stream.Run();

        var (broken, whole) = (stream.Ledger.Accounts[0].Snapshot(), stream.Ledger.Accounts[1].Snapshot());
        Assert.Equal((200, 200), (broken.Captured, whole.Delivered));
        Assert.Equal(broken.Captured, broken.Delivered + broken.Dropped(DropReason.SinkFailed));
        Assert.True(broken.Balanced);
        // Frames 0 to 59 fail: a pause of half a second, then one of a second, and perhaps one of two on a slow machine.
        var failed = attempts.Where(attempt => attempt.Sequence < 60).Select(attempt => attempt.At).ToList();
        Assert.InRange(failed.Count, 1, 3);
        var tried = attempts.Skip(1).Zip(attempts, (next, one) => Stopwatch.GetElapsedTime(one.At, next.At)).Take(failed.Count).ToList();
        Assert.All(tried.Index(), pause => Assert.InRange(pause.Item.TotalSeconds, 0.5 * (1 << pause.Index), 0.5 * (1 << pause.Index) + 2));
        Assert.InRange(broken.Delivered, 1, 140);
        Assert.Equal(failed.Count, stream.Sinks[0].Status.Failures);
        Assert.Null(stream.Sinks[0].Status.Reason);
    }

    [Theory]
    [InlineData("every-frame")]
    [InlineData("live")]
    public void Stopping_midway_drains(string delivery)
    {
        using var stream = Stream("test:320x180@100", EnumNames.Parse<Delivery>(delivery)!.Value, sinks: 2, realtime: true);
        using var stop = new Timer(_ => stream.Stop(), null, 500, Timeout.Infinite);

        stream.Run();

        var snapshot = stream.Ledger.Accounts[0].Snapshot();
        Assert.True(snapshot.Captured > 10);
        Assert.True(snapshot is { Balanced: true, InFlight: 0 });
    }

    [Fact]
    public void A_size_that_changes_from_frame_to_frame_is_followed()
    {
        var sizes = new List<FrameFormat>();
        using var stream = Stream(Repository.File("media", "photos"), Delivery.EveryFrame, saw: frame => sizes.Add(frame.Format));

        stream.Run();

        Assert.Equal(4, sizes.Count);
        Assert.True(sizes.Distinct().Count() > 1);
    }

    [Fact]
    public void A_map_of_frames_of_another_size_is_not_shown_on_a_live_frame()
    {
        var seen = new List<(FrameInfo Frame, FrameInfo? Explained)>();
        var source = new GrowingSource();
        _sources.Add(source);
        var ledger = new Ledger(source.Name);
        var sink = new PacketSink(ledger.Open("sink"), packet =>
        {
            seen.Add((packet.Info, packet.Result?.Frame));
            if (packet.Result is { } result)
                source.Explained = result.Frame.Generation;
        });
        using var stream = new StreamPipeline(source, _network, Settings(Delivery.Live), ledger, [sink]);

        stream.Run();

        Assert.All(seen.Where(shown => shown.Explained is not null), shown => Assert.Equal(shown.Frame.Generation, shown.Explained!.Value.Generation));
        // There were maps of each size, and the first frames of the second were shown without one.
        Assert.Equal([0, 1], seen.Where(shown => shown.Explained is not null).Select(shown => shown.Frame.Generation).Distinct());
        Assert.Null(seen.First(shown => shown.Frame.Generation == 1).Explained);
    }

    /// <summary>A live source whose frames become larger once a map of the small ones was seen, and end once one of the large ones was.</summary>
    sealed class GrowingSource : FrameSource
    {
        const int Most = 3000;

        int _next;
        volatile int _explained = -1;
        volatile bool _stopped;

        /// <summary>The generation of the last map that was seen.</summary>
        public int Explained
        {
            set => _explained = value;
        }

        public override string Name => "growing";

        public override bool IsLive => true;

        public override bool IsFinite => true;

        public override bool WaitNext(out FrameHeader header)
        {
            header = new FrameHeader(new FrameFormat(_explained < 0 ? 160 : 320, 90), _next, TimeSpan.FromMilliseconds(10 * _next));
            Thread.Sleep(10); // This is its pace: a camera's frames come when they come.
            return _next++ < Most && _explained < 1 && !_stopped;
        }

        public override bool Read(Frame frame)
        {
            frame.Pixels.Clear();
            return true;
        }

        public override void Skip()
        {
        }

        public override void Stop() => _stopped = true;

        public override void Dispose()
        {
        }
    }

    /// <summary>A sink that looks at what it gets.</summary>
    sealed class PacketSink(LedgerAccount account, Action<FramePacket> saw) : Sink(account)
    {
        public override void Write(in FramePacket packet) => saw(packet);
    }

    [Fact]
    public void The_fit_may_change_while_the_stream_runs()
    {
        var settings = Settings(Delivery.EveryFrame);
        var outlined = new List<bool>();
        using var stream = Stream("test:640x180?frames=40", settings, saw: frame =>
        {
            // A crop is outlined, so the column left of the centre square is light all the way down. A whole frame has no outline.
            const byte Light = 235;
            var column = (640 - 180) / 2 - 1;
            var light = true;
            for (var row = 0; row < 180; row++)
                light &= frame.Pixels[row * 640 + column] == Light;
            outlined.Add(light);
            if (frame.Sequence == 10)
                settings.Fit = FastCam.Onnx.Input.FitRule.Stretch;
        });

        stream.Run();

        Assert.Equal(40, outlined.Count);
        Assert.All(outlined[..10], Assert.True);
        Assert.All(outlined[^10..], Assert.False);
    }

    [Fact]
    public void Frames_that_never_come_back_end_the_stream_and_do_not_hang_it()
    {
        using var stream = Stream("test:320x180?frames=100", Delivery.EveryFrame, captured: frame => frame.AddLease(), patience: TimeSpan.FromSeconds(2));

        var error = Assert.Throws<LedgerException>(stream.Run);

        Assert.Contains("No frame came back within 2 s", error.Message);
    }

    static StreamSettings Settings(Delivery delivery) => new()
    {
        Delivery = delivery,
        Overlay = new OverlaySettings(new View(ViewKind.Combined), OverlayMode.Colour, Legend: false, 0.6f, ColourMap.Turbo),
    };

    StreamPipeline Stream(
        string source, Delivery delivery, int sinks = 1, Action<int>? write = null, Func<int, long, bool>? fail = null,
        Action<Frame>? captured = null, Action<Frame>? saw = null, bool realtime = false, TimeSpan? patience = null,
        OnFailure onFailure = OnFailure.EndStream) =>
        Stream(source, Settings(delivery), sinks, write, fail, captured, saw, realtime, patience, onFailure);

    StreamPipeline Stream(
        string source, StreamSettings settings, int sinks = 1, Action<int>? write = null, Func<int, long, bool>? fail = null,
        Action<Frame>? captured = null, Action<Frame>? saw = null, bool realtime = false, TimeSpan? patience = null,
        OnFailure onFailure = OnFailure.EndStream)
    {
        var opened = SourceUri.Parse(source).Open(new SourceOptions(Realtime: realtime));
        _sources.Add(opened);
        var ledger = new Ledger(opened.Name);
        var probes = Enumerable.Range(0, sinks).Select(index => new ProbeSink(ledger.Open($"sink {index}"), index, write, fail, saw, onFailure));
        return new StreamPipeline(opened, _network, settings, ledger, probes, patience) { Captured = captured };
    }

    /// <summary>A sink that a test can slow down, break, or look into.</summary>
    sealed class ProbeSink(
        LedgerAccount account, int index, Action<int>? write, Func<int, long, bool>? fail, Action<Frame>? saw, OnFailure onFailure) : Sink(account)
    {
        public override OnFailure OnFailure => onFailure;

        public override void Write(in FramePacket packet)
        {
            if (fail?.Invoke(index, packet.Info.Sequence) == true)
                throw new MediaException(MediaFault.SinkFailed, "The probe broke.");
            write?.Invoke(index);
            saw?.Invoke(packet.Overlay!);
        }
    }
}
