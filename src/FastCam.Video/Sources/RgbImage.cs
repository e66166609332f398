using System.Globalization;

namespace FastCam.Video;

/// <summary>One picture in full colour, where halved chroma would cost something.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Pixels">Red, green and blue (sRGB), row by row.</param>
public sealed record RgbImage(int Width, int Height, byte[] Pixels)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Reads a picture file. Transparency is dropped.</summary>
    /// <exception cref="MediaException">It does not exist, is no picture or a larger one than any source gives, or FFmpeg is not installed.</exception>
    public static RgbImage Load(string path)
    {
        if (!File.Exists(path))
            throw new MediaException(MediaFault.SourceNotFound, $"{path} does not exist.");
        var demuxer = ImageFormat.DemuxerOf(path) ?? throw new MediaException(MediaFault.SourceUnreadable, $"{path} is no picture in a format that is read here ({ImageFormat.Names}).");
        using var child = new FFmpegChild(FFmpegTool.Find().Path, FFmpegInput.RgbImage(path, demuxer));
        child.Input.Dispose();
        if (Size(child.Output) is not { } size)
        {
            child.Exit(Patience);
            throw FFmpegLog.Unreadable(path, child.Log);
        }

        if (size.Width > FrameFormat.MaximumWidth || size.Height > FrameFormat.MaximumHeight)
            throw new MediaException(MediaFault.SourceUnreadable, $"{path} is not opened: {size.Width}x{size.Height} is larger than {FrameFormat.MaximumWidth}x{FrameFormat.MaximumHeight}.");
        var pixels = new byte[3 * size.Width * size.Height];
        if (child.Output.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false) < pixels.Length)
        {
            child.Exit(Patience);
            throw new MediaException(MediaFault.SourceFailed, $"{path} ended within its picture{FFmpegLog.Quote(child.Log)}.");
        }

        return new(size.Width, size.Height, pixels);
    }

    /// <summary>Writes the picture as PNG.</summary>
    /// <exception cref="MediaException">It cannot be written, or FFmpeg is not installed.</exception>
    public void SavePng(string path) => PngFile.Write(path, Width, Height, PngFile.Rgb24, Pixels);

    /// <summary>The header of a binary pixmap: "P6", width, height and 255; null when the stream is empty.</summary>
    static (int Width, int Height)? Size(Stream stream)
    {
        if (Word(stream) != "P6")
            return null;
        var width = int.Parse(Word(stream), CultureInfo.InvariantCulture);
        var height = int.Parse(Word(stream), CultureInfo.InvariantCulture);
        Word(stream);
        return (width, height);
    }

    static string Word(Stream stream)
    {
        const int Longest = 8;
        var word = "";
        for (var next = stream.ReadByte(); next > ' ' && word.Length < Longest; next = stream.ReadByte())
            word += (char)next;
        return word;
    }
}
