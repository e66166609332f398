using FastCam.Video.Frames;
using NetVips;

namespace FastCam.Video.Stills;

/// <summary>One still image, decoded: upright, in sRGB, 8 bits a colour.</summary>
public sealed class StillImage
{
    /// <summary>The most pixels of an image that is held as a whole.</summary>
    public const long MostPixels = 1L << 28;

    /// <summary>Makes an image of pixels.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">3 × width × height bytes; not copied.</param>
    public StillImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.LongLength, 3L * width * height);
        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The size as a frame's.</summary>
    public FrameFormat Format => new(Width, Height);

    /// <summary>Red, green and blue, row by row, 0..255.</summary>
    public byte[] Pixels { get; }

    /// <summary>Reads an image file as a whole, as <see cref="StillPipeline"/> does row by row.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MediaException">
    /// It does not exist, is no image, is cut off, damaged or too large, or a program that its format needs is not installed.
    /// </exception>
    public static StillImage Load(string path)
    {
        using var pipeline = StillPipeline.Open(path);
        return Decode(pipeline);
    }

    /// <summary>Decodes an image that was opened, as a whole.</summary>
    /// <param name="pipeline">The image, of which no row has been read.</param>
    /// <param name="buffer">An array that is used for the pixels where it has exactly their length.</param>
    /// <exception cref="MediaException">It is cut off, damaged or too large.</exception>
    public static StillImage Decode(StillPipeline pipeline, byte[]? buffer = null)
    {
        var (path, width, height) = (pipeline.Path, pipeline.Width, pipeline.Height);
        if ((long)width * height > MostPixels)
        {
            throw new MediaException(
                MediaFault.SourceUnreadable,
                $"{path} is {width}x{height}; up to {MostPixels / 1_000_000} megapixels are read as a whole: "
                + "make it smaller, or explain it by tiles.")
            { Setting = "tile" };
        }

        pipeline.RequireResult();
        var bytes = 3 * width * height;
        try
        {
            var pixels = buffer?.Length == bytes ? buffer : new byte[bytes];
            pipeline.ReadRows(0, height, pixels);
            return new(width, height, pixels);
        }
        catch (OutOfMemoryException error)
        {
            throw new MediaException(
                MediaFault.SourceUnreadable,
                $"{path} is {width}x{height}, for which this process may not take memory enough: give it more, or make the image smaller.",
                error);
        }
    }

    /// <summary>Writes the image as PNG.</summary>
    /// <param name="path">The file; overwritten.</param>
    /// <exception cref="MediaException">It cannot be written.</exception>
    public void SavePng(string path)
    {
        StillLibrary.Require();
        using var memory = Image.NewFromMemory(Pixels, Width, Height, 3, Enums.BandFormat.Uchar);
        using var image = memory.Copy(interpretation: Enums.Interpretation.Srgb);
        SavePng(image, path);
    }

    /// <summary>Writes a grey PNG of 16 bits.</summary>
    /// <param name="path">The file; overwritten.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="values">The width × height values, row by row.</param>
    /// <exception cref="MediaException">It cannot be written.</exception>
    public static void SaveGreyPng(string path, int width, int height, ushort[] values)
    {
        StillLibrary.Require();
        using var memory = Image.NewFromMemory(values, width, height, 1, Enums.BandFormat.Ushort);
        using var image = memory.Copy(interpretation: Enums.Interpretation.Grey16);
        SavePng(image, path);
    }

    static void SavePng(Image image, string path)
    {
        var isOurs = false;
        try
        {
            using var file = File.Create(path);
            isOurs = true;
            MapImages.Save(image, file, CancellationToken.None, static error => error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or VipsException)
        {
            if (isOurs)
                OutputFile.Delete(path);
            var reason = error.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
            throw new MediaException(MediaFault.OutputUnwritable, $"{path} cannot be written: {reason}.", error);
        }
    }
}
