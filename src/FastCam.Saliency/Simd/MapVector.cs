using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastCam.Saliency.Simd;

/// <summary>Vectors of a map's values, the last of them possibly reaching beyond its end.</summary>
static class MapLanes<T> where T : unmanaged, ILanes<T>
{
    /// <summary>One vector from <paramref name="index"/> on, filled up at the end of the map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load(ReadOnlySpan<float> map, int index, float filling) =>
        index + T.Count <= map.Length ? T.Load(in map[index]) : LoadTail(map[index..], filling);

    /// <summary>Stores what of the vector lies within the map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T values, Span<float> map, int index)
    {
        if (index + T.Count <= map.Length)
            T.Store(values, ref map[index]);
        else
            StoreTail(values, map[index..]);
    }

    static T LoadTail(ReadOnlySpan<float> values, float filling)
    {
        Span<float> tail = stackalloc float[T.Count];
        tail.Fill(filling);
        values.CopyTo(tail);
        return T.Load(in tail[0]);
    }

    static void StoreTail(T values, Span<float> map)
    {
        Span<float> tail = stackalloc float[T.Count];
        T.Store(values, ref tail[0]);
        tail[..map.Length].CopyTo(map);
    }
}

/// <summary>Vectors of a map's values, the last of them possibly reaching beyond its end.</summary>
static class MapVector
{
    /// <summary>One vector from <paramref name="index"/> on, filled up with 0 at the end of the map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Load(ReadOnlySpan<float> map, int index) =>
        index + Vector<float>.Count <= map.Length ? new Vector<float>(map[index..]) : LoadTail(map[index..]);

    /// <summary>Stores what of the vector lies within the map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector<float> values, Span<float> map, int index)
    {
        if (index + Vector<float>.Count <= map.Length)
            values.CopyTo(map[index..]);
        else
            StoreTail(values, map[index..]);
    }

    /// <summary>The nearer end for what lies outside 0..1; 0 for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> ZeroToOne(Vector<float> values)
    {
        // A NaN is not above 0.
        var positive = Vector.ConditionalSelect(Vector.GreaterThan(values, Vector<float>.Zero), values, Vector<float>.Zero);
        return Vector.Min(positive, Vector<float>.One);
    }

    static Vector<float> LoadTail(ReadOnlySpan<float> values)
    {
        Span<float> tail = stackalloc float[Vector<float>.Count];
        tail.Clear();
        values.CopyTo(tail);
        return new Vector<float>(tail);
    }

    static void StoreTail(Vector<float> values, Span<float> map)
    {
        Span<float> tail = stackalloc float[Vector<float>.Count];
        values.CopyTo(tail);
        tail[..map.Length].CopyTo(map);
    }
}
