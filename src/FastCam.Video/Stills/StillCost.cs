using NetVips;

namespace FastCam.Video.Stills;

/// <summary>The memory that decoding one image takes, summed up and bounded before it is taken, and the image's turn among large ones.</summary>
sealed class StillCost(string path, bool takesTurns) : IDisposable
{
    /// <summary>The bytes of a pixel of the result.</summary>
    const int ResultBytes = 3;

    /// <summary>
    /// The whole process has one turn: large images that take turns are decoded and worked on one after another, whatever the number of threads.
    /// </summary>
    static readonly SemaphoreSlim Large = new(1, 1);

    double _held;

    /// <summary>Whether other large images wait for this one.</summary>
    public bool HasTurn { get; private set; }

    /// <summary>Returns the bytes of a pixel as the image's decoder gives it.</summary>
    public static int BytesPerPixel(Image image) => image.Bands * image.Format switch
    {
        Enums.BandFormat.Uchar or Enums.BandFormat.Char => 1,
        Enums.BandFormat.Ushort or Enums.BandFormat.Short => 2,
        Enums.BandFormat.Uint or Enums.BandFormat.Int or Enums.BandFormat.Float => 4,
        Enums.BandFormat.Dpcomplex => 16,
        _ => 8,
    };

    /// <summary>Refuses an image by its header, and waits for its turn where it is large.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="bytesHeld">The bytes of each pixel that its decoder holds of the whole image; 0 where it gives rows.</param>
    /// <exception cref="MediaException">Its sides, or what its decoder takes, are too large.</exception>
    public void Begin(int width, int height, int bytesHeld)
    {
        if (width > StillPipeline.LongestSide || height > StillPipeline.LongestSide)
        {
            throw Refused(
                $"{path} is {width}x{height}; images of up to {StillPipeline.LongestSide} pixels a side are read: make it smaller, or cut it.");
        }

        var pixels = (long)width * height;
        if (bytesHeld > 0 && pixels > StillPipeline.MostPixelsHeld)
        {
            throw Refused(
                $"{path} is {width}x{height}; one that has to be decoded as a whole may have up to {StillPipeline.MostPixelsHeld / 1_000_000} "
                + "megapixels: make it smaller, or save it upright as TIFF or PNG without interlacing.");
        }

        _held = Math.Max(_held, (double)pixels * bytesHeld);
        RequireBytes(width, height, _held);
        if (!takesTurns || HasTurn || pixels <= StillPipeline.LargePixels)
            return;
        Large.Wait();
        HasTurn = true;
    }

    /// <summary>Adds the strips or tiles that a decoder holds.</summary>
    /// <exception cref="MediaException">They are too large.</exception>
    public void AddBlocks(double bytes)
    {
        if (bytes > StillPipeline.MostBytesHeld)
        {
            throw Refused(
                $"{path} is a TIFF of such large strips or tiles that {bytes / 1_000_000:F0} MB of it would have to be held, and "
                + $"{StillPipeline.MostBytesHeld / 1_000_000} MB are allowed: save it in tiles of 256x256.");
        }

        _held += bytes;
    }

    /// <summary>Refuses an image whose pixels as a whole would take too much beside what its decoder holds.</summary>
    /// <exception cref="MediaException">They would.</exception>
    public void RequireResult(int width, int height) => RequireBytes(width, height, _held + (double)ResultBytes * width * height);

    /// <summary>Lets the next large image in.</summary>
    public void Dispose()
    {
        if (HasTurn)
            Large.Release();
        HasTurn = false;
    }

    void RequireBytes(int width, int height, double bytes)
    {
        if (bytes > StillPipeline.MostBytesHeld)
        {
            throw Refused(
                $"{path} is {width}x{height} and stored so that decoding it would hold {bytes / 1_000_000:F0} MB, and "
                + $"{StillPipeline.MostBytesHeld / 1_000_000} MB are allowed: make it smaller, or save it upright, with 8 bits a colour, as PNG "
                + "without interlacing or TIFF in tiles.");
        }
    }

    static MediaException Refused(string sentence) => new(MediaFault.SourceUnreadable, sentence);
}
