using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastCam.Edge.Bench;

/// <summary>Reads memory and does as good as nothing with it: the least that any kernel over the same bytes can take.</summary>
static class PureRead
{
    static float _sink;

    /// <summary>Reads every value, on the widest registers of the machine.</summary>
    public static void Of(ReadOnlySpan<float> values) => _sink = Vector512.IsHardwareAccelerated ? Widest(values) : Portable(values);

    // Four sums each: one would wait for its own last addition.
    static float Widest(ReadOnlySpan<float> values)
    {
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(values);
        var i = 0;
        for (; i + 4 <= vectors.Length; i += 4) (a, b, c, d) = (a + vectors[i], b + vectors[i + 1], c + vectors[i + 2], d + vectors[i + 3]);
        return Vector512.Sum(a + b + (c + d)) + Rest(values[(i * Vector512<float>.Count)..]);
    }

    static float Portable(ReadOnlySpan<float> values)
    {
        var (a, b, c, d) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var i = 0;
        for (; i + 4 <= vectors.Length; i += 4) (a, b, c, d) = (a + vectors[i], b + vectors[i + 1], c + vectors[i + 2], d + vectors[i + 3]);
        return Vector.Sum(a + b + (c + d)) + Rest(values[(i * Vector<float>.Count)..]);
    }

    static float Rest(ReadOnlySpan<float> values)
    {
        var sum = 0f;
        foreach (var value in values) sum += value;
        return sum;
    }
}
