using System.Numerics;

namespace FastCam.Saliency.ClassMaps;

/// <summary>The combined map and a class map in one, pixel by pixel.</summary>
public static class ClassCombination
{
    /// <summary>Fast-CAM, what is salient and speaks for the class: combined · class.</summary>
    /// <param name="combined">The combined map of Equation 3, 0..1.</param>
    /// <param name="classMap">The class map at the same size, 0..1.</param>
    /// <param name="map">As many values, 0..1, not rescaled. May be one of the other two.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void FastCam(ReadOnlySpan<float> combined, ReadOnlySpan<float> classMap, Span<float> map)
    {
        ThrowIfNotEqual(combined, classMap, map);
        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(combined[i..]) * new Vector<float>(classMap[i..])).CopyTo(map[i..]);
        for (; i < map.Length; i++)
            map[i] = combined[i] * classMap[i];
    }

    /// <summary>The non-class map, what is salient but does not speak for the class: combined · (1 − class).</summary>
    /// <param name="combined">The combined map of Equation 3, 0..1.</param>
    /// <param name="classMap">The class map at the same size, 0..1.</param>
    /// <param name="map">As many values, 0..1, not rescaled. May be one of the other two.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void NonClass(ReadOnlySpan<float> combined, ReadOnlySpan<float> classMap, Span<float> map)
    {
        ThrowIfNotEqual(combined, classMap, map);
        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(combined[i..]) * (Vector<float>.One - new Vector<float>(classMap[i..]))).CopyTo(map[i..]);
        for (; i < map.Length; i++)
            map[i] = combined[i] * (1 - classMap[i]);
    }

    static void ThrowIfNotEqual(ReadOnlySpan<float> combined, ReadOnlySpan<float> classMap, Span<float> map)
    {
        if (combined.Length != map.Length || classMap.Length != map.Length)
            throw new ArgumentException($"Maps of {combined.Length}, {classMap.Length} and {map.Length} pixels do not go together.", nameof(map));
    }
}
