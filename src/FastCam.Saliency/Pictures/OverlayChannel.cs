namespace FastCam.Saliency;

/// <summary>
/// One plane to blend, in 8-bit fixed point: a share of the frame's sample is kept, and what comes in its place is tabulated,
/// already multiplied by its own share and with the half that rounds.
/// </summary>
/// <param name="source">The frame's plane.</param>
/// <param name="destination">The blended plane, which may be the same.</param>
/// <param name="colours">256 addends, one a saliency level.</param>
/// <param name="darkness">As many equal addends as a row has samples: what dimming adds.</param>
/// <param name="outline">The outline's sample.</param>
readonly unsafe struct OverlayChannel(byte* source, byte* destination, ushort[] colours, ushort[] darkness, byte outline)
{
    public const int One = 256;

    /// <summary>0.45: what dimming keeps of a sample.</summary>
    public const int DimKeep = 115;

    public byte* Source => source;

    public byte* Destination => destination;

    public ushort[] Colours => colours;

    public ushort[] Darkness => darkness;

    public byte Outline => outline;

    public static int Share(float opacity) => (int)MathF.Round(opacity * One);

    public static ushort Addend(double sample, int share) => (ushort)Math.Round(sample * share + One / 2);
}
