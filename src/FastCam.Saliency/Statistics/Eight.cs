using System.Runtime.CompilerServices;

namespace FastCam.Saliency;

/// <summary>The values of eight channels at one vector of pixels.</summary>
readonly struct Eight<T> where T : unmanaged, ILanes<T>
{
    readonly T _0, _1, _2, _3, _4, _5, _6, _7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Eight(ref float source, nint stride)
    {
        _0 = T.Load(in source);
        _1 = T.Load(in Unsafe.Add(ref source, stride));
        _2 = T.Load(in Unsafe.Add(ref source, 2 * stride));
        _3 = T.Load(in Unsafe.Add(ref source, 3 * stride));
        _4 = T.Load(in Unsafe.Add(ref source, 4 * stride));
        _5 = T.Load(in Unsafe.Add(ref source, 5 * stride));
        _6 = T.Load(in Unsafe.Add(ref source, 6 * stride));
        _7 = T.Load(in Unsafe.Add(ref source, 7 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight<T> Load(ref readonly float source, nint stride) => new(ref Unsafe.AsRef(in source), stride);

    public T Sum
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _0 + _1 + (_2 + _3) + (_4 + _5 + (_6 + _7));
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
