using FastCam.Saliency.Overlays;
using FastCam.Saliency.Resampling;
using FastCam.Video.Jpeg;

namespace FastCam.Lab.Bench;

/// <summary>Measures what is done with whole frames before and after the network, each step against copying the frame.</summary>
static class FrameBench
{
    const string Copy = "a copy of the frame";
    const int Quality = 82;
    const float Opacity = 0.6f;

    public static IReadOnlyList<StepCost> Run(BenchPlan plan, TestFrame frame, JpegEncoder jpeg, Action<string, int, int> progress)
    {
        var (format, input) = (TestFrame.Format, plan.Model.Input);
        var transform = TestFrame.TransformFor(input);
        var tensor = new float[input.Length];
        var overlay = new Overlay(format.Width, format.Height, input.Size, TestFrame.RectangleFor(input), ColourMap.Turbo, Opacity);
        var map = Ramp(input.Size);
        var code = new byte[JpegEncoder.MaximumByteCount(format)];
        (string Name, Action Act)[] steps =
        [
            ($"I420 {format} to the input", () => transform.Apply(frame.View, tensor)),
            ($"overlay {format}", () => overlay.Blend(frame.View, map, frame.Target)),
            ($"JPEG {format}, quality {Quality}", () => jpeg.Encode(format, frame.Pixels, Quality, code)),
        ];
        var costs = new List<StepCost>();
        foreach (var (name, act) in steps)
        {
            costs.Add(new StepCost(name, Copy, format.ByteCount, PairedTimer.Compare(plan.Pairs, frame.Copy, act)));
            progress("frames", costs.Count, steps.Length);
        }
        return costs;
    }

    static float[] Ramp(MapSize size) => [.. Enumerable.Range(0, size.Pixels).Select(i => i / (float)size.Pixels)];
}
