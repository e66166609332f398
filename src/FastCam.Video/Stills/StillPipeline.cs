using NetVips;

namespace FastCam.Video.Stills;

/// <summary>
/// A still image while it is decoded: upright, sRGB, three bands of 8 bits, its rows from the top down. The memory that it
/// would take is known and bounded before anything is decoded. One thread at a time may use it.
/// </summary>
/// <remarks>
/// Transparent parts lie over white, as on a page. An embedded profile is converted to sRGB; a broken one is ignored. Without a
/// profile CMYK becomes RGB by (255 − ink)·(255 − black)/255, as Pillow does it. Wider numbers are scaled by their range: 65 535
/// becomes 255, and so does a float of 1. The first of several pages or frames counts.
/// </remarks>
public sealed class StillPipeline : IDisposable
{
    /// <summary>The longest side that is read.</summary>
    public const int LongestSide = 65_535;

    /// <summary>The most pixels of an image that its decoder holds as a whole (<see cref="HoldsWhole"/>).</summary>
    public const long MostPixelsHeld = 1L << 27;

    /// <summary>
    /// The most bytes that one image may take: what its decoder holds, of the whole or of strips or tiles, and the result where
    /// that is asked for as a whole. At nine bytes a pixel, six of them the decoder's, an image may have the most pixels; one that
    /// takes more bytes a pixel may have fewer.
    /// </summary>
    public const long MostBytesHeld = 9 * MostPixelsHeld;

    /// <summary>Images of more pixels take turns where <see cref="Open"/> is told so: one of fewer takes 0.2 GB at the most.</summary>
    public const int LargePixels = 1 << 24;

    /// <summary>Rows are copied in arrays of this size. With larger ones, the garbage collector let five times the memory pile up.</summary>
    const int StripBytes = 1 << 16;

    /// <summary>The bytes that each pixel of an image takes until the image is turned.</summary>
    const int TurnedBytes = 3;

    const double White = 255;

    readonly StillFormat _format;
    readonly List<Image> _stages = [];
    readonly StillCost _cost;
    Region? _region;
    int _next;

    StillPipeline(string path, StillFormat format, bool takesTurns) =>
        (Path, _format, _cost) = (path, format, new StillCost(path, takesTurns));

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Columns.</summary>
    public int Width => Image.Width;

    /// <summary>Rows.</summary>
    public int Height => Image.Height;

    /// <summary>Whether the decoder holds the whole image, because of its format or because it is turned or stored in several passes.</summary>
    public bool HoldsWhole { get; private set; }

    /// <summary>Whether other large images wait until this one is closed.</summary>
    public bool HasTurn => _cost.HasTurn;

    /// <summary>The image that the rows come from. A caller that takes rows from it must not call <see cref="ReadRows"/>.</summary>
    internal Image Image => _stages[^1];

    /// <summary>Loads the library that decodes, so that the first image need not wait for it.</summary>
    /// <exception cref="MediaException">It does not load.</exception>
    public static void Prepare() => StillLibrary.Require();

    /// <summary>Opens an image file. Its content decides on its format, and not its name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="takesTurns">
    /// Whether an image of more than <see cref="LargePixels"/> waits, before it is decoded, until no other that takes turns is
    /// open, so that many threads take no more memory than one. A thread that has such an image open must not open another.
    /// </param>
    /// <exception cref="MediaException">
    /// It does not exist, is no image, is damaged or too large, or a program that its format needs is not installed. Further
    /// damage shows in <see cref="ReadRows"/>.
    /// </exception>
    public static StillPipeline Open(string path, bool takesTurns = false)
    {
        var format = StillFormat.Find(path)
            ?? throw new MediaException(MediaFault.SourceUnreadable, $"{path} is no image in a format that is read here ({StillFormat.Names}).");
        return OpenAs(path, format, takesTurns);
    }

    /// <summary>Opens a JPEG in memory.</summary>
    /// <param name="name">What it is called in errors.</param>
    /// <param name="image">The image; not copied.</param>
    /// <exception cref="MediaException">It is damaged or too large. Further damage shows in <see cref="ReadRows"/>.</exception>
    internal static StillPipeline OpenJpeg(string name, byte[] image) => OpenAs(name, StillFormat.JpegOf(image), takesTurns: false);

    static StillPipeline OpenAs(string path, StillFormat format, bool takesTurns)
    {
        StillLibrary.Require();
        var pipeline = new StillPipeline(path, format, takesTurns);
        try
        {
            pipeline.Build();
            return pipeline;
        }
        catch (VipsException error)
        {
            pipeline.Dispose();
            throw StillLibrary.Explain(path, format, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            pipeline.Dispose();
            throw new MediaException(MediaFault.SourceUnreadable, $"{path} cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
        catch
        {
            pipeline.Dispose();
            throw;
        }
    }

    /// <summary>Refuses an image whose pixels, as a whole, would take too much beside what its decoder holds.</summary>
    /// <exception cref="MediaException">They would.</exception>
    internal void RequireResult() => _cost.RequireResult(Width, Height);

    /// <summary>Decodes rows. They come from the top down and are not kept, so a caller that needs a row twice has to keep it.</summary>
    /// <param name="first">The first row; below those read before.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="pixels">3 × width × rows bytes: red, green and blue, row by row.</param>
    /// <exception cref="MediaException">The file is cut off or damaged there.</exception>
    public void ReadRows(int first, int rows, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, _next);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Height - first);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, 3 * Width * rows);
        try
        {
            _region ??= Region.New(Image);
            var stride = 3 * Width;
            var strip = Math.Max(1, StripBytes / stride);
            for (var end = first + rows; first < end; first = _next)
            {
                _next = Math.Min(first + strip, end);
                _region.Fetch(0, first, Width, _next - first).AsSpan().CopyTo(pixels);
                pixels = pixels[((_next - first) * stride)..];
            }
        }
        catch (VipsException error)
        {
            throw Explain(error);
        }
    }

    /// <summary>Explains in one sentence what went wrong with the image.</summary>
    internal MediaException Explain(VipsException error) => StillLibrary.Explain(Path, _format, error);

    /// <inheritdoc/>
    public void Dispose()
    {
        _region?.Dispose();
        for (var i = _stages.Count - 1; i >= 0; i--)
            _stages[i].Dispose();
        _cost.Dispose();
    }

    void Build()
    {
        var image = Keep(_format.Load(Path, _cost));
        var orientation = !_format.IsUpright && image.Contains("orientation") && image.Get("orientation") is int stated ? stated : 1;
        var isTurned = orientation is > 1 and <= 8;
        var isInPasses = image.Contains("interlaced");
        HoldsWhole = !_format.GivesRows || isTurned || isInPasses;
        var held = !_format.GivesRows || isInPasses ? _format.TimesHeld * StillCost.BytesPerPixel(image) : 0;
        _cost.Begin(image.Width, image.Height, held + (isTurned ? TurnedBytes : 0));
        image = Rgb(Opaque(EightBit(Unmanaged(Managed(Range(image))))));
        if (!isTurned)
            return;
        image = Keep(image.CopyMemory());
        Keep(image.Autorot());
    }

    /// <summary>Leaves bytes and 16-bit numbers as they are, and scales all others to bytes.</summary>
    Image Range(Image image)
    {
        if (image.Interpretation is Enums.Interpretation.Lab or Enums.Interpretation.Labs)
            return Keep(image.Colourspace(Enums.Interpretation.Srgb));
        double full = image.Format switch
        {
            Enums.BandFormat.Uchar or Enums.BandFormat.Ushort => 0,
            Enums.BandFormat.Char => sbyte.MaxValue,
            Enums.BandFormat.Short => short.MaxValue,
            Enums.BandFormat.Int => int.MaxValue,
            Enums.BandFormat.Uint => uint.MaxValue,
            _ => 1,
        };
        if (full == 0)
            return image;
        var bytes = Bytes(image, White / full);
        if (bytes.Interpretation == Enums.Interpretation.Cmyk)
            return bytes;
        return Keep(bytes.Copy(interpretation: bytes.Bands < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb));
    }

    /// <summary>Converts to sRGB where a profile is embedded.</summary>
    Image Managed(Image image)
    {
        if (!image.Contains("icc-profile-data"))
            return image;
        try
        {
            return Keep(image.IccTransform("srgb", intent: Enums.Intent.Relative, blackPointCompensation: true, embedded: true, depth: 8));
        }
        catch (VipsException)
        {
            return image; // the profile is broken, or for other colours than these
        }
    }

    /// <summary>Converts inks to light where no profile is embedded.</summary>
    Image Unmanaged(Image image)
    {
        if (image.Interpretation != Enums.Interpretation.Cmyk || image.Bands < 4)
            return image;
        image = EightBit(image);
        var light = Keep(image.Linear([-1.0], [White]));
        var colours = Bytes(Keep(Keep(light.ExtractBand(0, n: 3)) * Keep(light.ExtractBand(3))), 1 / White);
        if (image.Bands > 4)
            colours = Keep(colours.Bandjoin(Keep(image.ExtractBand(4))));
        return Keep(colours.Copy(interpretation: Enums.Interpretation.Srgb));
    }

    Image EightBit(Image image) => image.Format == Enums.BandFormat.Ushort ? Bytes(image, White / ushort.MaxValue) : image;

    /// <summary>Lays transparent parts over white.</summary>
    Image Opaque(Image image) => image.HasAlpha()
        ? Bytes(Keep(Keep(image.Cast(Enums.BandFormat.Float)).Flatten(background: [White], maxAlpha: White)), 1)
        : image;

    Image Rgb(Image image) => image.Bands switch
    {
        3 => image,
        < 3 => Keep(Keep(image.ExtractBand(0)).Bandjoin(Keep(image.ExtractBand(0)), Keep(image.ExtractBand(0)))),
        _ => Keep(image.ExtractBand(0, n: 3)),
    };

    /// <summary>Multiplies the values by a factor, and rounds and clamps them to 0..255.</summary>
    Image Bytes(Image image, double factor) => Keep(image.Linear([factor], [0.5], uchar: true));

    Image Keep(Image image)
    {
        _stages.Add(image);
        return image;
    }
}
