namespace FastCam.Video;

/// <summary>One picture, decoded.</summary>
/// <param name="Format">Its size.</param>
/// <param name="Pixels">Planes Y, U and V in full-range BT.601.</param>
public sealed record StillImage(FrameFormat Format, byte[] Pixels)
{
    /// <summary>Reads a picture file.</summary>
    /// <exception cref="MediaException">It does not exist or is no picture, or FFmpeg is not installed.</exception>
    public static StillImage Load(string path)
    {
        using var source = FFmpegSource.OpenImage(path);
        source.WaitNext(out var header); // throws when there is no picture in it
        var pixels = new byte[header.Format.ByteCount];
        source.ReadPixels(pixels);
        return new(header.Format, pixels);
    }
}
