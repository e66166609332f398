using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>One plane of a <see cref="TextSprite"/>: of each sample, the share that stays and what is added, as <see cref="Blending"/> takes them.</summary>
sealed unsafe class SpritePlane(int width, int height)
{
    readonly ushort[] _keeps = new ushort[width * height];
    readonly ushort[] _addends = new ushort[width * height];

    public int Width => width;

    public int Height => height;

    public int Keep(int index) => _keeps[index];

    /// <summary>Says what becomes of a sample: (sample · keep + addend) / 256, rounded.</summary>
    public void Set(int index, int keep, int addend) => (_keeps[index], _addends[index]) = ((ushort)keep, (ushort)(addend + Blending.Half));

    /// <summary>Blends into a plane of a picture, from a place that may lie outside it.</summary>
    public void Blend(byte* plane, int stride, int planeWidth, int planeHeight, int x, int y)
    {
        var (left, right) = (Math.Max(0L, -(long)x), Math.Min(width, (long)planeWidth - x));
        var (top, bottom) = (Math.Max(0L, -(long)y), Math.Min(height, (long)planeHeight - y));
        if (left >= right)
            return;
        var count = (int)(right - left);
        for (var row = top; row < bottom; row++)
        {
            var samples = new Span<byte>(plane + (nint)(y + row) * stride + (nint)(x + left), count);
            var from = (int)(row * width + left);
            Blending.Mix(samples, _keeps.AsSpan(from, count), _addends.AsSpan(from, count), samples);
        }
    }
}
