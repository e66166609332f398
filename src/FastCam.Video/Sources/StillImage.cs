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
        source.RequireWholePicture();
        return new(header.Format, pixels);
    }

    /// <summary>Writes the picture as PNG, in its own size.</summary>
    /// <exception cref="MediaException">It cannot be written, or FFmpeg is not installed.</exception>
    public void SavePng(string path) => PngFile.Write(path, Format.Width, Format.Height, PngFile.FullRangeI420, Pixels);

    /// <summary>Writes a grey PNG of 16 bits.</summary>
    /// <param name="path">The file; overwritten.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="values">Little-endian, row by row.</param>
    /// <exception cref="MediaException">It cannot be written, or FFmpeg is not installed.</exception>
    public static void SaveGreyPng(string path, int width, int height, byte[] values) => PngFile.Write(path, width, height, PngFile.Grey16, values);
}
