using System.Diagnostics;
using System.Globalization;
using FastCam.Video.Stills;
using NetVips;

namespace FastCam.Tests.Tiles;

/// <summary>
/// Measures how fast images are explained and how much memory the largest takes, by <c>make long images</c>: the figures of the README, held to their
/// bars.
/// </summary>
public sealed class ImageMeasurements : IDisposable
{
    const int Images = 100, Side = 20_000;
    const double Megabyte = 1e6;

    static readonly string Report = Repository.File("artifacts", "tests", "images.txt");

    readonly TemporaryFolder _folder = new();

    public ImageMeasurements() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("FASTCAM_MEASURE_IMAGES") == "1", "measures rather than tests: make long images");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_hundred_images_are_explained_at_thirty_a_second()
    {
        var photos = Directory.GetFiles(Repository.File("media", "photos"));
        for (var i = 0; i < Images; i++)
            FFmpeg.Run("-i", photos[i % photos.Length], "-vf", "scale=500:375", "-q:v", "3", _folder.File($"{i:D3}.jpg"));
        var seconds = new List<double>();
        for (var run = 0; run < 3; run++)
        {
            var start = Stopwatch.GetTimestamp();
            Cli.Cli.Run("explain", _folder.Path, "-o", _folder.File("out"), "--force").Succeeded();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        var rate = Images / seconds.Order().ElementAt(1);
        var runs = string.Join(", ", seconds.Select(time => string.Create(CultureInfo.InvariantCulture, $"{time:F2} s")));
        Write($"{Images} images of 500x375, all outputs, the start of the program included: {rate:F1} a second (median of {runs})");
        Assert.InRange(rate, 30, double.MaxValue);
    }

    [Fact]
    public void A_tiled_TIFF_of_four_hundred_megapixels_fits_in_a_gigabyte()
    {
        var path = _folder.File("large.tif");
        var photo = StillImage.Load(Repository.File("media", "photos", "china.jpg"));
        using (var one = Image.NewFromMemory(photo.Pixels, photo.Width, photo.Height, 3, Enums.BandFormat.Uchar))
        using (var many = one.Replicate(Side / photo.Width + 1, Side / photo.Height + 1))
        using (var large = many.Crop(0, 0, Side, Side))
            large.Tiffsave(path, compression: Enums.ForeignTiffCompression.Deflate, tile: true, tileWidth: 256, tileHeight: 256, bigtiff: true);
        var start = Stopwatch.GetTimestamp();

        var peak = TiledMemoryTests.Peak(path, _folder.File("out"));

        var (megabytes, time) = (peak.Together / Megabyte, Stopwatch.GetElapsedTime(start));
        Write($"a tiled TIFF of {Side}x{Side} by --tile 224 --overlap 32: {megabytes:F0} MB at the most, {time.TotalSeconds:F0} s");
        Assert.InRange(peak.Together / Megabyte, 100, 1000);
    }

    static void Write(FormattableString line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Report)!);
        File.AppendAllText(Report, line.ToString(CultureInfo.InvariantCulture) + Environment.NewLine);
    }
}
