using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastCam.Lab.Bench;

/// <summary>Reads memory and does as good as nothing with it: the least that any kernel over the same bytes can take.</summary>
static class PureRead
{
    /// <summary>Reads every value, on the widest registers of the machine.</summary>
    public static void Of<T>(ReadOnlySpan<T> values) where T : unmanaged, INumber<T> => Sink<T>.Sum = Vector512.IsHardwareAccelerated ? Widest(values) : Portable(values);

    // Four sums each: one would wait for its own last addition.
    static T Widest<T>(ReadOnlySpan<T> values) where T : unmanaged, INumber<T>
    {
        var (a, b, c, d) = (Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero);
        var vectors = MemoryMarshal.Cast<T, Vector512<T>>(values);
        var i = 0;
        for (; i + 4 <= vectors.Length; i += 4) (a, b, c, d) = (a + vectors[i], b + vectors[i + 1], c + vectors[i + 2], d + vectors[i + 3]);
        return Vector512.Sum(a + b + (c + d)) + Rest(values[(i * Vector512<T>.Count)..]);
    }

    static T Portable<T>(ReadOnlySpan<T> values) where T : unmanaged, INumber<T>
    {
        var (a, b, c, d) = (Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero);
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        var i = 0;
        for (; i + 4 <= vectors.Length; i += 4) (a, b, c, d) = (a + vectors[i], b + vectors[i + 1], c + vectors[i + 2], d + vectors[i + 3]);
        return Vector.Sum(a + b + (c + d)) + Rest(values[(i * Vector<T>.Count)..]);
    }

    static T Rest<T>(ReadOnlySpan<T> values) where T : unmanaged, INumber<T>
    {
        var sum = T.Zero;
        foreach (var value in values) sum += value;
        return sum;
    }

    /// <summary>Where sums go, lest reading be left out as useless.</summary>
    static class Sink<T> where T : unmanaged
    {
        public static T Sum;
    }
}
