namespace FastCam.Saliency.Statistics;

/// <summary>What the bytes of a quantised tensor stand for: (byte − <paramref name="ZeroPoint"/>) · <paramref name="Scale"/>.</summary>
/// <param name="Scale">The step, positive.</param>
/// <param name="ZeroPoint">The byte that stands for 0.</param>
/// <param name="IsSigned">Whether bytes are −128..127, not 0..255.</param>
public readonly record struct Quantisation(float Scale, int ZeroPoint, bool IsSigned = false)
{
    /// <summary>Whether the scale is positive and finite and the zero point is a byte.</summary>
    public bool IsValid => Scale is > 0 and <= float.MaxValue && ZeroPoint == (IsSigned ? (sbyte)ZeroPoint : (byte)ZeroPoint);
}
