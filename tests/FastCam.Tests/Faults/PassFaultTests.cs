using FastCam.Edge;
using FastCam.Edge.Overlays;
using FastCam.Edge.Packets;
using FastCam.Edge.Pipeline;
using FastCam.Edge.Sinks;
using FastCam.Onnx;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Saliency.Overlays;
using FastCam.Tests.Onnx;
using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Faults;

/// <summary>A forward pass that fails once, and one that is slow for a while: frames keep flowing, with the age of their map.</summary>
public sealed class PassFaultTests : IDisposable
{
    const int Rate = 25;

    readonly ExplainedNetwork _network = CpuNetwork.Explain(Model.Load(Repository.File("models", "efficientnet-lite0-int8.onnx")));

    public void Dispose() => _network.Dispose();

    [Fact]
    public void A_pass_that_fails_once_costs_its_own_frame_alone()
    {
        var failed = 0;
        using var source = SourceUri.Parse("test:320x180@100?frames=60").Open(new SourceOptions());
        var ledger = new Ledger(source.Name);
        using var pipeline = Pipeline(source, ledger, Delivery.EveryFrame, _ => { }, frame =>
        {
            if (frame.Sequence == 20)
                throw new ModelException(ModelFault.Unsupported, $"Broken on purpose, {++failed}.");
        });

        pipeline.Run();

        var account = ledger.Accounts[0].Snapshot();
        Assert.Equal((60, 59, 1), (account.Captured, account.Delivered, account.Dropped(DropReason.NetworkFailed)));
        Assert.True(account.Balanced);
        Assert.Equal((1, 1), (failed, (int)pipeline.Meter.Read().FailedPasses));
    }

    [Fact]
    public void A_pass_that_is_slow_for_five_seconds_delays_no_frame()
    {
        var (from, to) = (2 * Rate, 7 * Rate);
        var ages = new List<(long Sequence, long Age)>();
        using var source = SourceUri.Parse($"test:320x180@{Rate}?frames={9 * Rate}").Open(new SourceOptions(Realtime: true));
        var ledger = new Ledger(source.Name);
        using var pipeline = Pipeline(source, ledger, Delivery.Live,
            packet => ages.Add((packet.Frame.Sequence, packet.Result is { } result ? packet.Frame.Sequence - result.Frame.Sequence : -1)),
            frame => Thread.Sleep(frame.Sequence >= from && frame.Sequence < to ? 500 : 0));

        pipeline.Run();

        var account = ledger.Accounts[0].Snapshot();
        Assert.True(account.Balanced);
        Assert.True(account.Delivered >= account.Captured * 0.9, $"{account.Delivered} of {account.Captured} were delivered");
        Assert.True(ages.Where(age => age.Sequence >= from && age.Sequence < to).Max(age => age.Age) >= 10, "no frame shows an old map");
        Assert.True(ages[^1].Age is >= 0 and < 10, $"the last map is {ages[^1].Age} frames old");
    }

    [Theory]
    [InlineData("live", 10)]
    [InlineData("every-frame", 0)]
    public void A_frame_that_comes_too_late_is_dropped_where_delivery_is_live(string delivery, int expected)
    {
        using var pattern = SourceUri.Parse("test:320x180@50?frames=60").Open(new SourceOptions(Realtime: true));
        using var source = new LateSource(pattern, late: 10);
        var ledger = new Ledger(source.Name);
        var seen = new List<long>();
        using var pipeline = Pipeline(source, ledger, EnumNames.Parse<Delivery>(delivery)!.Value, packet => seen.Add(packet.Frame.Sequence), _ => { });

        pipeline.Run();

        var account = ledger.Accounts[0].Snapshot();
        Assert.Equal(expected, account.Dropped(DropReason.Late));
        Assert.True(account.Balanced);
        Assert.Equal(expected == 0, seen.Contains(35));
    }

    /// <summary>Says of its frames from the 30th on that they come a second late.</summary>
    sealed class LateSource(FrameSource inner, int late) : FrameSource
    {
        const int First = 30;

        public override string Name => inner.Name;

        public override bool IsLive => inner.IsLive;

        public override bool IsFinite => inner.IsFinite;

        public override bool WaitNext(out FrameHeader header)
        {
            if (!inner.WaitNext(out header))
                return false;
            if (header.Sequence is >= First && header.Sequence < First + late)
                header = header with { Lateness = TimeSpan.FromSeconds(1) };
            return true;
        }

        public override bool Read(Frame frame) => inner.Read(frame);

        public override void Skip() => inner.Skip();

        public override void Stop() => inner.Stop();

        public override void Dispose()
        {
        }
    }

    StreamPipeline Pipeline(FrameSource source, Ledger ledger, Delivery delivery, Action<FramePacket> saw, Action<Frame> beforePass) =>
        new(source, _network,
            new StreamSettings
            {
                Delivery = delivery,
                Overlay = new OverlaySettings(
                new View(ViewKind.Combined), OverlayMode.Colour, Legend: false, 0.6f, ColourMap.Turbo)
            },
            ledger,
            [new Probe(ledger.Open("probe"), saw)])
        { BeforePass = beforePass };

    /// <summary>A sink that looks at what it gets.</summary>
    sealed class Probe(LedgerAccount account, Action<FramePacket> saw) : Sink(account)
    {
        public override bool WantsOverlay => false;

        public override void Write(in FramePacket packet) => saw(packet);
    }
}
