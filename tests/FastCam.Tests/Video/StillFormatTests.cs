using FastCam.Video.Stills;

namespace FastCam.Tests.Video;

/// <summary>
/// Images of each format, orientation, opacity, depth and profile are compared with Pillow and arithmetic. A lossless file is
/// read to the bit; one level is allowed where two libraries round in between, as with colour profiles.
/// </summary>
[Collection(Stills.ThatFail)]
public sealed class StillFormatTests(StillFiles files) : IClassFixture<StillFiles>
{
    const int Rounding = 1;

    static readonly int[] Orientations = [1, 2, 3, 4, 5, 6, 7, 8];

    static readonly string[] Exact =
    [
        "rgb444.jpg", "rgb420.jpg", "progressive.jpg", "grey.jpg", "jfif-less.jpg", "cmyk.jpg", .. Orientations.Select(turn => $"orientation{turn}.jpg"),
        "one.png", "rgb.png", "grey.png", "grey1.png", "grey2.png", "grey4.png", "palette4.png", "palette8.png", "rgb16.png", "grey16.png",
        "rgba.png", "grey-alpha.png", "rgba16.png", "transparent-colour.png", "transparent-palette.png", "interlaced.png", "interlaced16.png",
        "broken-profile.png", .. Orientations.Select(turn => $"orientation{turn}.png"),
        "lossless.webp", "alpha.webp", "animated.webp", .. Orientations.Select(turn => $"orientation{turn}.webp"),
        "palette.gif", "interlaced.gif", "transparent.gif", "animated.gif",
        "24.bmp", "32.bmp", "top-down.bmp", "palette1.bmp", "palette4.bmp", "palette8.bmp", "rle8.bmp", "565.bmp",
        "binary.ppm", "binary.pgm",
        "strips.tif", "motorola.tif", "tiled.tif", "big.tif", "big-tiled.tif", "lzw.tif", "deflate.tif", "packbits.tif", "palette.tif",
        "bilevel.tif", "fax.tif", "white-is-zero.tif", "alpha.tif", "pages.tif", "rgb16.tif", "rgb16-tiled.tif", "grey16.tif", "float.tif",
        "cmyk.tif", .. Orientations.Select(turn => $"orientation{turn}.tif"),
    ];

    static readonly string[] Rounded =
    [
        "lossy.webp", "jpeg.tif", "deep.ppm", "deep.pgm",
        "adobe.jpg", "p3.jpg", "swapped.jpg", "grey-profile.jpg",
        "adobe.png", "p3.png", "swapped.png", "adobe16.png", "adobe-alpha.png", "grey-profile.png",
        "adobe.webp", "adobe.tif",
        .. from ending in (string[])["avif", "heic"]
           from name in (string[])["lossless", "lossy", "exif3", "exif6", "exif8", "rotated1", "rotated2", "rotated3"]
           select $"{name}.{ending}",
    ];

    /// <summary>Each file, and the number of levels by which a value may be off.</summary>
    public static TheoryData<string, int> Table => [.. Exact.Select(name => (name, 0)), .. Rounded.Select(name => (name, Rounding))];

    [Theory, MemberData(nameof(Table))]
    public void A_file_is_read_as_what_was_stored_in_it(string name, int tolerance)
    {
        files.RequireHeif(name);
        var (width, height, expected) = files.Expected(name);

        var image = StillImage.Load(files[name]);

        Assert.Equal((width, height), (image.Width, image.Height));
        Assert.Equal(expected.Length, image.Pixels.Length);
        var differences = expected.Zip(image.Pixels, (wanted, read) => Math.Abs(wanted - read)).ToList();
        var worst = differences.Max();
        var at = differences.IndexOf(worst);
        var place = $"column {at / 3 % width}, row {at / 3 / width}, colour {at % 3}";
        var many = differences.Count(difference => difference > tolerance);
        Assert.True(worst <= tolerance, $"{name}: {image.Pixels[at]} for {expected[at]} at {place}; {many} are off");
    }

    [Fact]
    public void The_table_leaves_no_file_out()
    {
        var names = Table.Select(row => row.Data.Item1).Where(name => files.HasHeif || !StillFiles.IsHeif(name));
        Assert.Equal(names.Order(StringComparer.Ordinal), files.Names.Order(StringComparer.Ordinal));
    }

    /// <summary>This tests the expectation itself, because a table that compared two blank images would pass too.</summary>
    [Fact]
    public void What_is_expected_has_every_level_of_contrast_and_no_symmetry()
    {
        var (width, height, pixels) = files.Expected("rgb.png");
        int At(int x, int y, int colour) => pixels[3 * (y * width + x) + colour];

        Assert.Equal((37, 29), (width, height));
        Assert.All(Enumerable.Range(0, 3), colour =>
        {
            var levels = pixels.Where((_, i) => i % 3 == colour).ToList();
            Assert.True(levels.Max() - levels.Min() > 150);
        });
        Assert.NotEqual(At(0, 0, 0), At(width - 1, 0, 0));
        Assert.NotEqual(At(0, 0, 0), At(0, height - 1, 0));
        Assert.NotEqual(At(width - 1, 0, 0), At(0, height - 1, 0));
    }

    /// <summary>Rows from the top down, as tiles read them, are those of the whole image, whatever the format.</summary>
    [Theory, MemberData(nameof(Table))]
    public void Rows_are_those_of_the_whole_image(string name, int _)
    {
        files.RequireHeif(name);
        var whole = StillImage.Load(files[name]);
        using var pipeline = StillPipeline.Open(files[name]);

        Assert.Equal((whole.Width, whole.Height), (pipeline.Width, pipeline.Height));
        const int Band = 11;
        for (var first = 0; first < whole.Height; first += Band)
        {
            var rows = Math.Min(Band, whole.Height - first);
            var pixels = new byte[3 * whole.Width * rows];
            pipeline.ReadRows(first, rows, pixels);
            Assert.Equal(whole.Pixels.AsSpan(3 * whole.Width * first, pixels.Length).ToArray(), pixels);
        }
    }

    [Fact]
    public void Rows_that_are_not_there_are_refused()
    {
        using var pipeline = StillPipeline.Open(files["rgb.png"]);
        void Read(int first, int rows, int pixels) => pipeline.ReadRows(first, rows, new byte[3 * 37 * pixels]);

        Assert.Throws<ArgumentOutOfRangeException>(() => Read(-1, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(0, 2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(0, 30, 30));
        Read(0, 20, 20);
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(20, 10, 10));
        // Rows come from the top down, so a row that has been read is refused.
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(19, 2, 2));
        Read(20, 9, 9);
    }

    [Theory]
    [InlineData("rgb444.jpg", "a.png")]
    [InlineData("palette8.png", "a.jpg")]
    [InlineData("lossless.webp", "a.tif")]
    [InlineData("animated.gif", "a.webp")]
    [InlineData("24.bmp", "a.gif")]
    [InlineData("big-tiled.tif", "a.bmp")]
    [InlineData("binary.ppm", "a.avif")]
    [InlineData("rgb.png", "a[1]%d*?.png")]
    [InlineData("rgb.png", "without an ending")]
    public void The_content_decides_and_not_the_name(string content, string name)
    {
        using var folder = new TemporaryFolder();
        File.Copy(files[content], folder.File(name));

        Assert.Equal(StillImage.Load(files[content]).Pixels, StillImage.Load(folder.File(name)).Pixels);
    }
}
