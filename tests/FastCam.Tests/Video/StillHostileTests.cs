using System.Diagnostics;
using System.Text;
using FastCam.Video;
using FastCam.Video.Stills;

namespace FastCam.Tests.Video;

/// <summary>Files that are cut off, that claim too much or that are something else are refused in one sentence.</summary>
[Collection(Stills.ThatFail)]
public sealed class StillHostileTests(StillFiles files) : IClassFixture<StillFiles>, IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("P6\n4294967297 1\n255\nabc", "4294967297x1")]
    [InlineData("P5 99999999999 # wide\n 1 255\na", "99999999999x1")]
    [InlineData("P5\n0 1\n255\na", "0x1")]
    [InlineData("P5\n1 1\n0\na", "largest value is 0")]
    [InlineData("P5\n1 1\n4294967551\na", "largest value is 4294967551")]
    [InlineData("P5\n2 2", "cut off or damaged")]
    [InlineData("P5\n2 2\n255\nab", "cut off or damaged")]
    public void A_portable_map_s_numbers_are_taken_as_they_stand(string content, string says)
    {
        var path = _folder.Write("odd.pnm", Encoding.ASCII.GetBytes(content));

        var error = Assert.Throws<MediaException>(() => StillImage.Load(path));

        Assert.Equal(MediaFault.SourceUnreadable, error.Fault);
        Assert.Contains(says, error.Message);
    }

    public static TheoryData<string, double> Cuts =>
        new MatrixTheoryData<string, double>(
            [
                "rgb444.jpg", "progressive.jpg", "cmyk.jpg", "rgb.png", "rgb16.png", "interlaced.png", "lossless.webp", "lossy.webp",
                "palette.gif", "transparent.gif", "24.bmp", "rle8.bmp", "binary.ppm", "deep.pgm", "strips.tif", "tiled.tif", "big.tif",
                "lzw.tif", "jpeg.tif", "lossless.avif", "lossy.heic",
            ],
            [0.02, 0.25, 0.5, 0.75, 0.9]);

    public static TheoryData<string> Huge => [.. HugeHeaders.Names];

    public static TheoryData<string, string> Others => new()
    {
        { "svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\" height=\"20\"><rect width=\"20\" height=\"20\" fill=\"red\"/></svg>" },
        {
            "svg", "<?xml version=\"1.0\"?>\n<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n"
                + "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\" height=\"20\"><text>&x;</text></svg>"
        },
        { "pdf", "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>" },
        { "csv", "1,2,3\n4,5,6\n7,8,9\n" },
        { "mat", "3 3\n1 2 3\n4 5 6\n7 8 9\n" },
        { "mat", "MATLAB 5.0 MAT-file, Platform: GLNXA64, Created on: Thu Jan  1 00:00:00 1970" },
        { "v", "\u00b6\u00a6\u00f2\b\n\0\0\0\n\0\0\0\u0001\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\u0001\0\0\0" },
        { "hdr", "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 4 +X 4\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" },
        { "fits", "SIMPLE  =                    T / file does conform to FITS standard" },
        { "raw", "0123456789abcdef0123456789abcdef" },
        { "jxl", "\u00ff\n\0\u0010" },
        { "txt", "no image" },
        { "txt", "" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Cuts))]
    public void An_image_that_is_cut_off_is_refused_by_name(string name, double share)
    {
        var bytes = files.Bytes(name);
        Write(name, bytes[..(int)(share * bytes.Length)]);

        AssertRefused(name);
    }

    /// <summary>
    /// It is refused by its header, before memory of that size is asked for. <see cref="FuzzTests"/> measures the memory held meanwhile.
    /// </summary>
    [Theory, MemberData(nameof(Huge))]
    public void An_image_that_claims_too_much_is_refused_at_once(string name)
    {
        Write(name, HugeHeaders.Create(files, name));

        Limited.Run(() => AssertRefused(name));
    }

    /// <summary>
    /// A strip, and some rows of tiles, are held as a whole while they are decoded, so the image's size alone is not what counts.
    /// </summary>
    [Theory]
    [InlineData("long-strip.tif")]
    [InlineData("long-strip-big.tif")]
    [InlineData("large-tiles.tif")]
    [InlineData("signed.tif")]
    public void A_tiff_of_huge_blocks_is_refused_with_what_to_do(string name)
    {
        Write(name, HugeHeaders.Create(files, name));

        Assert.Contains("save it in tiles", AssertRefused(name).Message);
    }

    /// <summary>The pixels of an image that is asked for as a whole are held beside what the decoder holds.</summary>
    [Theory]
    [InlineData("exactly-most.tif", "16384x16384", "1611 MB")]
    [InlineData("interlaced16.png", "11400x11400", "1430 MB")]
    public void An_image_is_bounded_by_its_bytes_and_not_by_its_pixels_alone(string name, string size, string held)
    {
        Write(name, HugeHeaders.Create(files, name));

        var said = AssertRefused(name).Message;

        Assert.Contains(size, said);
        Assert.Contains(held, said);
        Assert.Contains($"{StillPipeline.MostBytesHeld / 1_000_000} MB are allowed", said);
    }

    [Fact]
    public void A_tiff_of_thousands_of_entries_is_refused_rather_than_half_read()
    {
        Write("entries.tif", HugeHeaders.Create(files, "entries.tif"));

        Assert.Contains("more than 4096 entries", AssertRefused("entries.tif").Message);
    }

    /// <summary>Images that are decoded while they are opened, by FFmpeg or because they are turned, wait too.</summary>
    [Theory]
    [InlineData("rgb.png", false)]
    [InlineData("orientation6.png", false)]
    [InlineData("large.pgm", true)]
    public async Task Large_images_take_turns(string name, bool isWhole)
    {
        const int Side = 4200;
        Write("first.png", files.Bytes("rgb.png"));
        Stills.ClaimSize(_folder.File("first.png"), Side, Side);
        Write(name, isWhole ? [.. Encoding.ASCII.GetBytes($"P5 {Side} {Side} 255\n"), .. new byte[Side * Side]] : files.Bytes(name));
        if (!isWhole)
            Stills.ClaimSize(_folder.File(name), Side, Side);
        Task second;
        using (var first = StillPipeline.Open(_folder.File("first.png"), takesTurns: true))
        {
            Assert.True(first.HasTurn);
            second = Task.Run(
                () =>
                {
                    using var pipeline = StillPipeline.Open(_folder.File(name), takesTurns: true);
                    StillImage.Decode(pipeline);
                },
                TestContext.Current.CancellationToken);
            Assert.NotSame(second, await Task.WhenAny(second, Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken)));
            using var small = StillPipeline.Open(files["rgb.png"], takesTurns: true);
            Assert.False(small.HasTurn);
            using var careless = StillPipeline.Open(_folder.File("first.png"));
            Assert.False(careless.HasTurn);
        }

        // An image whose pixels are missing lets the next one in all the same.
        var error = await Record.ExceptionAsync(() => second.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal(isWhole ? null : typeof(MediaException), error?.GetType());
        using var third = StillPipeline.Open(_folder.File("first.png"), takesTurns: true);
        Assert.True(third.HasTurn);
    }

    [Fact]
    public void Of_a_heic_of_several_images_the_primary_counts()
    {
        var path = WriteHeic(2);
        Assert.Equal((37, 29), Size(path));
        var bytes = File.ReadAllBytes(path);
        // Each image is two items: the encoded tiles, and the grid of them that is the image.
        bytes[bytes.AsSpan().IndexOf("pitm"u8) + 9] += 2;
        File.WriteAllBytes(path, bytes);

        Assert.Equal((64, 48), Size(path));
    }

    [Fact]
    public void A_heic_of_many_images_is_refused()
    {
        WriteHeic(17);

        Assert.Contains("holds 17 images", AssertRefused("several.heic").Message);
    }

    static (int Width, int Height) Size(string path)
    {
        var image = StillImage.Load(path);
        return (image.Width, image.Height);
    }

    /// <summary>Writes one image of 37x29, and others of 64x48.</summary>
    string WriteHeic(int images)
    {
        files.RequireHeif("several.heic");
        new StillImage(64, 48, new byte[3 * 64 * 48]).SavePng(_folder.File("other.png"));
        string[] arguments = [files["rgb.png"], .. Enumerable.Repeat(_folder.File("other.png"), images - 1), "-o", _folder.File("several.heic")];
        using var process = Process.Start(new ProcessStartInfo("heif-enc", arguments) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return _folder.File("several.heic");
    }

    [Fact]
    public void An_image_that_FFmpeg_is_long_about_is_not_called_damaged()
    {
        StillImage.Load(files["rgb.png"]);
        using var cost = new StillCost("slow.bmp", takesTurns: false);

        var error = Assert.Throws<MediaException>(() => FFmpegStill.Load(files["24.bmp"], cost, "bmp_pipe", TimeSpan.FromMilliseconds(1)));

        Assert.Contains("did not decode it within 0.001 s", error.Message);
    }

    [Theory]
    [InlineData("BMW.txt", "BMW builds motor cars, and this is a text about some of them.")]
    [InlineData("P5.txt", "P5 is a port of the board")]
    [InlineData("P6.txt", "P6\n")]
    public void A_text_that_begins_as_an_image_does_is_none(string name, string content)
    {
        Write(name, Encoding.Latin1.GetBytes(content));

        var listed = StillFolder.List(Path.GetDirectoryName(_folder.File(name))!);

        Assert.Empty(listed.Images);
        Assert.Equal([_folder.File(name)], listed.Others);
    }

    [Theory, MemberData(nameof(Others))]
    public void Another_kind_of_file_opens_nothing_under_any_name(string ending, string content)
    {
        foreach (var name in (string[])[$"a.{ending}", "a.png", "a.jpg", "a.tif"])
        {
            Write(name, Encoding.Latin1.GetBytes(content));

            var error = AssertRefused(name);

            Assert.Contains("no image in a format that is read here", error.Message);
        }
    }

    /// <summary>libvips refuses them too where it is asked to guess the format, which nothing here does.</summary>
    [Theory, MemberData(nameof(Others))]
    public void The_library_is_told_to_open_none_of_them(string ending, string content)
    {
        StillImage.Load(files["rgb.png"]);
        Write($"a.{ending}", Encoding.Latin1.GetBytes(content));

        Assert.Throws<NetVips.VipsException>(() => NetVips.Image.NewFromFile(_folder.File($"a.{ending}")));
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Equal(MediaFault.SourceNotFound, Assert.Throws<MediaException>(() => StillImage.Load(_folder.File("gone.png"))).Fault);

    [Fact]
    public void A_folder_is_no_image()
    {
        Directory.CreateDirectory(_folder.File("folder.png"));

        Assert.Contains("folder.png", Assert.Throws<MediaException>(() => StillImage.Load(_folder.File("folder.png"))).Message);
    }

    void Write(string name, byte[] bytes) => File.WriteAllBytes(_folder.File(name), bytes);

    MediaException AssertRefused(string name)
    {
        var error = Assert.Throws<MediaException>(() => StillImage.Load(_folder.File(name)));
        Assert.Equal(MediaFault.SourceUnreadable, error.Fault);
        Assert.StartsWith(_folder.File(name), error.Message);
        Assert.EndsWith(".", error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain("@ 0x", error.Message);
        Assert.DoesNotContain("Vips", error.Message);
        return error;
    }
}
