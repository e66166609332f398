using FastCam.Video;
using FastCam.Video.Stills;

namespace FastCam.Tests.Video;

[Collection(Stills.ThatFail)]
public sealed class StillImageTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_png_comes_back_bit_by_bit()
    {
        var pixels = new byte[3 * 37 * 29];
        new Random(1).NextBytes(pixels);
        var path = _folder.File("noise.png");

        new StillImage(37, 29, pixels).SavePng(path);
        var image = StillImage.Load(path);

        Assert.Equal((37, 29), (image.Width, image.Height));
        Assert.Equal(pixels, image.Pixels);
        Assert.Equal(pixels, FFmpeg.Decode(path, "rgb24"));
    }

    [Fact]
    public void A_jpeg_s_colours_are_right()
    {
        var (red, blue) = (new byte[] { 200, 30, 40 }, new byte[] { 20, 60, 180 });
        var pixels = new byte[3 * 64 * 64];
        for (var i = 0; i < 64 * 64; i++)
            (i % 64 < 32 ? red : blue).CopyTo(pixels, 3 * i);
        var png = _folder.File("halves.png");
        var jpeg = _folder.File("halves.jpg");
        new StillImage(64, 64, pixels).SavePng(png);
        FFmpeg.Run("-i", png, "-pix_fmt", "yuvj420p", "-q:v", "1", jpeg);

        var image = StillImage.Load(jpeg);

        for (var colour = 0; colour < 3; colour++)
        {
            Assert.InRange(image.Pixels[3 * (32 * 64 + 10) + colour], red[colour] - 3, red[colour] + 3);
            Assert.InRange(image.Pixels[3 * (32 * 64 + 54) + colour], blue[colour] - 3, blue[colour] + 3);
        }
    }

    [Theory]
    [InlineData(70_000, 1, "65535 pixels a side")]
    [InlineData(20_000, 20_000, "by tiles")]
    public void What_claims_to_be_too_large_is_refused_before_it_is_decoded(int width, int height, string advice)
    {
        var path = _folder.File("claims.png");
        new StillImage(1, 1, [1, 2, 3]).SavePng(path);
        Stills.ClaimSize(path, width, height);

        var error = Assert.Throws<MediaException>(() => StillImage.Load(path));

        Assert.Equal(MediaFault.SourceUnreadable, error.Fault);
        Assert.Contains($"{width}x{height}", error.Message);
        Assert.Contains(advice, error.Message);
    }

    [Fact]
    public void Grey_of_16_bits_comes_back_scaled_by_its_range()
    {
        var path = _folder.File("grey.png");
        StillImage.SaveGreyPng(path, 4, 1, [0, 256, 32_768, 65_535]);

        Assert.Equal("gray16be", FFmpeg.Probe(path, "stream=pix_fmt"));
        Assert.Equal([0, 0, 0, 1, 1, 1, 128, 128, 128, 255, 255, 255], StillImage.Load(path).Pixels);
    }

    [Fact]
    public void Rows_come_in_bands_and_what_is_cut_off_is_said()
    {
        var pixels = new byte[3 * 300 * 200];
        new Random(2).NextBytes(pixels);
        var path = _folder.File("noise.png");
        new StillImage(300, 200, pixels).SavePng(path);
        using (var pipeline = StillPipeline.Open(path))
        {
            Assert.Equal((300, 200, false), (pipeline.Width, pipeline.Height, pipeline.HoldsWhole));
            var band = new byte[3 * 300 * 80];
            pipeline.ReadRows(0, 80, band);
            Assert.Equal(pixels[..band.Length], band);
            pipeline.ReadRows(110, 80, band);
            Assert.Equal(pixels[(3 * 300 * 110)..(3 * 300 * 190)], band);
            Assert.Throws<ArgumentOutOfRangeException>(() => pipeline.ReadRows(100, 80, band));
        }

        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        var error = Assert.Throws<MediaException>(() => StillImage.Load(path));
        Assert.Equal($"{path} is cut off or damaged: get the whole file.", error.Message);
    }

    [Theory]
    [InlineData("chelsea.png")]
    [InlineData("china.jpg")]
    public void That_a_file_is_cut_off_is_known_from_the_file_whatever_error_is_heard(string photo)
    {
        var (whole, path) = (Repository.File("media", "photos", photo), _folder.File(photo));
        File.WriteAllBytes(path, File.ReadAllBytes(whole)[..^20_000]);
        string Say(string file) =>
            StillLibrary.Explain(file, StillFormat.Find(file)!, new NetVips.VipsException("what went wrong with another image")).Message;

        Assert.Equal($"{path} is cut off or damaged: get the whole file.", Say(path));
        Assert.DoesNotContain("cut off", Say(whole));
    }

    [Fact]
    public void Several_threads_read_the_same_as_one()
    {
        var paths = Directory.GetFiles(Repository.File("media", "photos"));
        var alone = paths.Select(path => StillImage.Load(path).Pixels).ToList();

        Parallel.For(0, 4 * paths.Length, i => Assert.Equal(alone[i % paths.Length], StillImage.Load(paths[i % paths.Length]).Pixels));
    }

    [Fact]
    public void A_profile_is_converted_and_a_broken_one_ignored()
    {
        var path = _folder.File("profiled.png");
        var pixels = Enumerable.Range(0, 3 * 64).Select(i => (byte)(i * 37)).ToArray();
        void Save(byte[] profile)
        {
            using var memory = NetVips.Image.NewFromMemory(pixels, 8, 8, 3, NetVips.Enums.BandFormat.Uchar);
            using var srgb = memory.Copy(interpretation: NetVips.Enums.Interpretation.Srgb);
            using var tagged = srgb.Mutate(mutable => mutable.Set(NetVips.GValue.BlobType, "icc-profile-data", profile));
            tagged.Tiffsave(path);
        }

        Save("no profile at all, whatever its place says"u8.ToArray());
        Assert.Equal(pixels, StillImage.Load(path).Pixels);

        using (var photo = NetVips.Image.Jpegload(Repository.File("media", "photos", "rocket.jpg"))) // Adobe RGB (1998)
            Save((byte[])photo.Get("icc-profile-data"));
        var converted = StillImage.Load(path).Pixels;
        for (var i = 0; i < pixels.Length; i += 3)
        {
            var expected = FromAdobe(pixels[i], pixels[i + 1], pixels[i + 2]);
            for (var colour = 0; colour < 3; colour++)
                Assert.InRange(converted[i + colour], expected[colour] - 2, expected[colour] + 2);
        }
    }

    /// <summary>Converts Adobe RGB (1998) to sRGB by the two standards' formulas; both have the white of D65.</summary>
    static double[] FromAdobe(params byte[] adobe)
    {
        var light = adobe.Select(value => Math.Pow(value / 255.0, 563 / 256.0)).ToArray();
        double[][] rows = [[1.39836, -0.39836, 0], [0, 1, 0], [0, -0.04293, 1.04293]];
        return [.. rows.Select(row => 255 * Encode(row.Zip(light, (weight, value) => weight * value).Sum()))];

        static double Encode(double value) =>
            value <= 0.0031308 ? 12.92 * Math.Max(value, 0) : 1.055 * Math.Pow(Math.Min(value, 1), 1 / 2.4) - 0.055;
    }
}
