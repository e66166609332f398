using System.Runtime.Intrinsics;
using FastCam.Onnx.Taps;
using FastCam.Saliency.Statistics;

namespace FastCam.Lab.Bench;

/// <summary>Float32, channel by channel.</summary>
sealed class PlanarEnds(IReadOnlyList<Tap> taps) : ScaleEnds<float>("planar", taps, taps.Select(tap => tap.Channels * tap.Pixels))
{
    public override void Compute(PartStatistic statistic, int layer, Span<float> map) => statistic.Compute(Values(layer), Taps[layer].Channels, map);
}

/// <summary>Float32 in blocks of channels as wide as a register, which is how ONNX Runtime's convolutions keep them.</summary>
sealed class BlockedEnds : ScaleEnds<float>
{
    static readonly int Block = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;

    public BlockedEnds(IReadOnlyList<Tap> taps, PlanarEnds planar)
        : base("blocked", taps, taps.Select(tap => (tap.Channels + Block - 1) / Block * Block * tap.Pixels))
    {
        for (var layer = 0; layer < taps.Count; layer++)
        {
            var from = planar.Values(layer);
            var to = Values(layer);
            var pixels = taps[layer].Pixels;
            to.Clear();
            for (var i = 0; i < from.Length; i++)
            {
                var (channel, pixel) = Math.DivRem(i, pixels);
                to[(channel / Block * pixels + pixel) * Block + channel % Block] = from[i];
            }
        }
    }

    public override void Compute(PartStatistic statistic, int layer, Span<float> map) => statistic.ComputeBlockedPart(Values(layer), Taps[layer].Channels, Block, 0, map);
}

/// <summary>Unsigned bytes with the channels last, which is how ONNX Runtime's convolutions of bytes leave them. Each tensor's largest value, or 1 where that is less, is 255 steps.</summary>
sealed class ByteEnds : ScaleEnds<byte>
{
    readonly Quantisation[] _quantisations;

    public ByteEnds(IReadOnlyList<Tap> taps, PlanarEnds planar) : base("bytes", taps, taps.Select(tap => tap.Channels * tap.Pixels))
    {
        _quantisations = new Quantisation[taps.Count];
        for (var layer = 0; layer < taps.Count; layer++)
        {
            var from = planar.Values(layer);
            var to = Values(layer);
            var pixels = taps[layer].Pixels;
            var step = 1f;
            foreach (var value in from) step = Math.Max(step, value);
            step /= byte.MaxValue;
            for (var i = 0; i < from.Length; i++)
            {
                var (channel, pixel) = Math.DivRem(i, pixels);
                to[pixel * taps[layer].Channels + channel] = (byte)Math.Clamp(MathF.Round(from[i] / step), 0, byte.MaxValue);
            }
            _quantisations[layer] = new Quantisation(step, 0);
        }
    }

    public override void Compute(PartStatistic statistic, int layer, Span<float> map) =>
        statistic.ComputePart(Values(layer), _quantisations[layer], Taps[layer].Channels, channelsLast: true, 0, map);
}
