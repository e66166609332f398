namespace FastCam.Saliency.Imaging;

/// <summary>A picture in memory of its own that does not move.</summary>
sealed unsafe class PinnedImage
{
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public PinnedImage(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        Pixels = GC.AllocateArray<byte>(checked(width * height + 2 * ((width + 1) / 2) * ((height + 1) / 2)), pinned: true);
        fixed (byte* pixels = Pixels)
            View = I420.Packed(pixels, width, height);
    }

    /// <summary>Planes Y, U and V one after another.</summary>
    public byte[] Pixels { get; }

    /// <summary>Valid as long as this object is referenced.</summary>
    public I420 View { get; }
}
