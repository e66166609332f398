using System.Diagnostics;
using FastCam.Edge.Pipeline;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Runtime;
using FastCam.Saliency;
using FastCam.Video;

namespace FastCam.Edge.Bench;

/// <summary>The whole walk, test pattern → network → maps → overlay → nowhere, each frame with its own map.</summary>
static class PipelineBench
{
    const int SlowRate = 10;
    const float Opacity = 0.6f;

    static readonly FrameRate Rate = new(30, 1);

    public static PipelineCost Run(BenchPlan plan, TestFrame frame, Action<string, int, int> progress)
    {
        var threads = plan.Threads.Max();
        using var network = Network.Open(plan.Model, plan.Provider, threads);
        using var bare = new BarePass(plan.Model, network.Provider, threads, frame);
        var frames = plan.PipelineFrames;
        Stream(network, TestFrame.Pattern(Rate, frames)); // The first run compiles.
        var time = PairedTimer.Compare(
            plan.PipelineRuns, () => Passes(bare, frames), () => 1000 / Stream(network, TestFrame.Pattern(Rate, frames)),
            done => progress("pipeline", done, plan.PipelineRuns));
        return new PipelineCost(threads, frames, time, Cpu(network, bare, frames));
    }

    /// <summary>Milliseconds a bare pass.</summary>
    static double Passes(BarePass bare, int passes)
    {
        var start = Stopwatch.GetTimestamp();
        for (var pass = 0; pass < passes; pass++) bare.Run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / passes;
    }

    /// <summary>Runs a stream to its end; answers its rate from the first picture to the last.</summary>
    static double Stream(Network network, FrameSource source)
    {
        var settings = new StreamSettings
        {
            Delivery = Delivery.EveryFrame,
            Explanation = new ExplanationOptions(),
            Picture = new PictureSettings(new View(ViewKind.Combined), OverlayMode.Colour, Legend: false, Opacity, ColourMap.Turbo),
            Fit = network.Model.Input.Fit,
        };
        var ledger = new Ledger(source.Name);
        using (source)
        using (var pipeline = new StreamPipeline(source, network, settings, ledger, failed => [new FrameSinkStage(new NullSink(ledger.Open("null:")), mayDrop: false, failed)]))
        {
            pipeline.Run();
            return pipeline.Meter.Read().Rate;
        }
    }

    /// <summary>At a rate that leaves the machine idle between frames: the processor time of a frame over that of a bare pass.</summary>
    static double Cpu(Network network, BarePass bare, int frames)
    {
        var start = Environment.CpuUsage.TotalTime;
        Stream(network, new PacedSource(TestFrame.Pattern(new FrameRate(SlowRate, 1), frames)));
        var streamed = Environment.CpuUsage.TotalTime;
        Passes(bare, frames);
        return (streamed - start) / (Environment.CpuUsage.TotalTime - streamed);
    }
}
