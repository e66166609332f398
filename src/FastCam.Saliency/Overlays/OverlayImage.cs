using System.Numerics;
using System.Runtime.CompilerServices;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>
/// A picture's red, green and blue turned into what blending needs, at the picture's own size: Y, U and V, or in soft mode their
/// addends and what is kept of the frame. Sampled between pixels those stay consistent with one another, being premultiplied.
/// </summary>
sealed class OverlayImage(MapSize size, OverlayMode mode, float opacity)
{
    public const int LumaPlane = 0, ChromaPlanes = 1, KeepPlane = 3;

    readonly float[] _planes = new float[4 * size.Pixels];
    readonly bool _soft = mode is OverlayMode.Soft;
    readonly float _share = mode is OverlayMode.Soft ? opacity * Blending.One : Blending.Share(opacity);
    readonly OverlayGround _luma = OverlayGround.Luma(mode);
    readonly OverlayGround _chroma = OverlayGround.Chroma(mode);

    /// <summary>
    /// Y, U and V, 0.5 to 255.5, so that the whole part is the nearest sample; in soft mode their addends and what is kept of the
    /// frame, in the fixed point of <see cref="Blending"/>.
    /// </summary>
    public ReadOnlySpan<float> Planes => _planes;

    /// <param name="rgb">Red, green and blue planes, 0..1; values outside count as the nearer end, NaN as 0.</param>
    public void Set(ReadOnlySpan<float> rgb)
    {
        for (var i = 0; i < size.Pixels; i += Vector<float>.Count)
        {
            var (red, green, blue) = (Channel(rgb, 0, i), Channel(rgb, 1, i), Channel(rgb, 2, i));
            var y = red * Bt601.RedWeight + green * Bt601.GreenWeight + blue * Bt601.BlueWeight;
            // A picture's saliency is its value, as in LOVI: the largest channel.
            var share = _soft ? Vector.Max(Vector.Max(red, green), blue) * (_share / 255) : new Vector<float>(_share);
            Store(0, i, Ink(y, share, _luma));
            Store(1, i, Ink(Chroma(blue - y, Bt601.BlueDifference), share, _chroma));
            Store(2, i, Ink(Chroma(red - y, Bt601.RedDifference), share, _chroma));
            if (!_soft)
                continue;
            // The fractions are cut off in the end. This half rounds; the addends go without one, or a white sample could overflow.
            Store(KeepPlane, i, new Vector<float>(Blending.One + 0.5f) - share);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Vector<float> Channel(ReadOnlySpan<float> rgb, int plane, int index) =>
        MapVector.ZeroToOne(MapVector.Load(rgb.Slice(plane * size.Pixels, size.Pixels), index)) * 255;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Store(int plane, int index, Vector<float> values) => MapVector.Store(values, _planes.AsSpan(plane * size.Pixels, size.Pixels), index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> Chroma(Vector<float> difference, float weight) =>
        Vector.Min(difference * weight + new Vector<float>(Bt601.Neutral), new Vector<float>(255));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Vector<float> Ink(Vector<float> sample, Vector<float> share, OverlayGround ground)
    {
        if (_soft)
            return sample * share + new Vector<float>(Blending.Half);
        var ink = ground.HoldsFrame ? sample : (sample * share + (new Vector<float>(Blending.One) - share) * ground.Sample) * (1f / Blending.One);
        return ink + new Vector<float>(0.5f);
    }
}

/// <summary>A map made ready to be sampled as levels.</summary>
sealed class OverlayLevels(MapSize size)
{
    readonly float[] _levels = new float[size.Pixels];

    /// <summary>0.5 to 255.5: the whole part of what lies between two of them is the nearest level.</summary>
    public ReadOnlySpan<float> Values => _levels;

    /// <param name="map">The map, 0..1; values outside count as the nearer end, NaN as 0.</param>
    public void Set(ReadOnlySpan<float> map)
    {
        for (var i = 0; i < map.Length; i += Vector<float>.Count)
            MapVector.Store(MapVector.ZeroToOne(MapVector.Load(map, i)) * 255 + new Vector<float>(0.5f), _levels, i);
    }
}
