using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;
using FastCam.Onnx.Operator;
using FastCam.Saliency.Normalisations;

namespace FastCam.Tests.Onnx;

public sealed class MapPipelineTests
{
    const int Frames = 4;

    [Theory]
    [InlineData(ExplainStrategy.Operator, true)]
    [InlineData(ExplainStrategy.Blocked, true)]
    [InlineData(ExplainStrategy.Taps, false)]
    public void It_is_done_within_the_pass_where_operators_make_the_maps(ExplainStrategy by, bool isWithin)
    {
        var options = new ExplanationOptions { Strategy = by };
        using var network = Open(options, threads: 2);
        if (by == ExplainStrategy.Blocked && network.Strategy != by)
            Assert.Skip(network.Notice!);
        using var pass = new ExplainedPass(network, options);
        using var work = new MapPipeline(network.Model, options, network.Threads);

        work.Run(pass, new FrameExplanation(network.Model));

        Assert.Equal(isWithin, work.IsDone);
    }

    [Theory]
    [InlineData("gauss", 0, 0)]
    [InlineData("gauss", 2, 0.1)]
    [InlineData("gauss-running", 1, 0)]
    [InlineData("gauss-running", 0, 0.5)]
    [InlineData("gamma", 0, 0.1)]
    [InlineData("range", 1, 0.1)]
    public void What_goes_from_frame_to_frame_is_the_same_within_the_pass_and_after_it(string normalisation, int fade, double smoothing)
    {
        var options = new ExplanationOptions
        {
            Normalisation = NormalisationMethod.Parse(normalisation),
            Fade = fade,
            Smoothing = TimeSpan.FromSeconds(smoothing),
        };
        var expected = Maps(options with { Strategy = ExplainStrategy.Taps }, threads: 1, keepsStatistics: true);

        foreach (var keepsStatistics in (bool[])[true, false])
        {
            var maps = Maps(options with { Strategy = ExplainStrategy.Operator }, threads: 3, keepsStatistics);
            for (var frame = 0; frame < Frames; frame++)
            {
                for (var i = 0; i < expected[frame].Length; i++)
                    Assert.Equal(expected[frame][i], maps[frame][i], 5e-6f);
            }
        }

        Assert.NotEqual(expected[0], expected[^1]);
    }

    static List<float[]> Maps(ExplanationOptions options, int threads, bool keepsStatistics)
    {
        using var network = Open(options, threads);
        Assert.Equal(options.Strategy, network.Strategy);
        using var pass = new ExplainedPass(network, options);
        using var work = new MapPipeline(network.Model, options, network.Threads);
        var explanation = new FrameExplanation(network.Model, options, keepsStatistics);
        var maps = new List<float[]>();
        for (var frame = 0; frame < Frames; frame++)
        {
            var random = new Random(frame);
            foreach (ref var value in pass.Slot.Input)
                value = random.NextSingle() * (frame + 1);
            explanation.PresentationTime = TimeSpan.FromSeconds(0.1 * frame);
            work.Run(pass, explanation);
            work.Finish();
            maps.Add([.. explanation.Combined]);
        }
        return maps;
    }

    static Network Open(ExplanationOptions options, int threads) =>
        CpuNetwork.Open(Model.Load(Repository.File("models", "efficientnet-lite0.onnx")), threads, options);
}
