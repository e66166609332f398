using System.Runtime.CompilerServices;

namespace FastCam.Saliency.Simd;

/// <summary>The values of eight channels at one vector of pixels.</summary>
readonly struct ChannelOctet<T> where T : unmanaged, ILanes<T>
{
    readonly T _0, _1, _2, _3, _4, _5, _6, _7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    ChannelOctet(T v0, T v1, T v2, T v3, T v4, T v5, T v6, T v7) => (_0, _1, _2, _3, _4, _5, _6, _7) = (v0, v1, v2, v3, v4, v5, v6, v7);

    /// <param name="reader">How elements become numbers.</param>
    /// <param name="source">The first channel's; the others follow at multiples of <paramref name="stride"/>.</param>
    /// <param name="stride">From one channel to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChannelOctet<T> Load<TElement, TReader>(TReader reader, ref TElement source, nint stride) where TElement : unmanaged
        where TReader : struct, IReader<TElement> =>
        new(
        reader.Load<T>(in source), reader.Load<T>(in Unsafe.Add(ref source, stride)), reader.Load<T>(in Unsafe.Add(ref source, 2 * stride)),
        reader.Load<T>(in Unsafe.Add(ref source, 3 * stride)),
        reader.Load<T>(in Unsafe.Add(ref source, 4 * stride)), reader.Load<T>(in Unsafe.Add(ref source, 5 * stride)),
        reader.Load<T>(in Unsafe.Add(ref source, 6 * stride)), reader.Load<T>(in Unsafe.Add(ref source, 7 * stride)));

    public T Sum
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _0 + _1 + (_2 + _3) + (_4 + _5 + (_6 + _7));
    }

    public T Max
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => T.Max(T.Max(T.Max(_0, _1), T.Max(_2, _3)), T.Max(T.Max(_4, _5), T.Max(_6, _7)));
    }

    /// <summary>The sum of their squared distances from <paramref name="centre"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T SquaresAbout(T centre)
    {
        var (d0, d1, d2, d3) = (_0 - centre, _1 - centre, _2 - centre, _3 - centre);
        var (d4, d5, d6, d7) = (_4 - centre, _5 - centre, _6 - centre, _7 - centre);
        var lower = T.MultiplyAdd(d0, d0, d1 * d1) + T.MultiplyAdd(d2, d2, d3 * d3);
        var upper = T.MultiplyAdd(d4, d4, d5 * d5) + T.MultiplyAdd(d6, d6, d7 * d7);
        return lower + upper;
    }
}
