namespace FastCam.Saliency;

/// <summary>What the bytes of a quantised tensor stand for: (byte − <paramref name="ZeroPoint"/>) · <paramref name="Scale"/>.</summary>
/// <param name="Scale">The step, positive.</param>
/// <param name="ZeroPoint">The byte that stands for 0.</param>
/// <param name="IsSigned">Whether bytes are −128..127, not 0..255.</param>
public readonly record struct Quantisation(float Scale, int ZeroPoint, bool IsSigned = false);
