using System.Runtime.InteropServices;
using FastCam.Saliency.Overlays;
using FastCam.Video;
using FastCam.Video.Stills;

namespace FastCam.Tests.Video;

/// <summary>Images made of a map that lies in a file are as another reader finds them.</summary>
[Collection(Stills.ThatFail)]
public sealed class MapImagesTests : IDisposable
{
    const int Before = 77;

    readonly TemporaryFolder _folder = new();

    public static TheoryData<int, int> Sizes => new() { { 1, 1 }, { 1, 300 }, { 300, 1 }, { 7, 16 }, { 7, 17 }, { 333, 222 }, { 2001, 130 } };

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Sizes))]
    public void The_grey_image_has_each_value_in_sixteen_bits(int width, int height)
    {
        var map = Write(width, height);

        using (var file = File.OpenHandle(_folder.File("map")))
        using (var output = File.Create(_folder.File("a.png")))
            MapImages.WriteGrey(new MapRows(file, Before, width, height), output, CancellationToken.None);

        Assert.Equal($"{width},{height},gray16be", FastCam.Tests.FFmpeg.Probe(_folder.File("a.png"), "stream=width,height,pix_fmt"));
        var grey = MemoryMarshal.Cast<byte, ushort>(Decode("gray16le")).ToArray();
        Assert.Equal(map.Select(value => (ushort)(value * ushort.MaxValue + 0.5)), grey);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void The_overlay_mixes_each_pixel_with_its_colour(int width, int height)
    {
        const float Opacity = 0.75f;
        var map = Write(width, height);
        var image = new byte[3 * width * height];
        new Random(5).NextBytes(image);
        new StillImage(width, height, image).SavePng(_folder.File("image.png"));

        using (var file = File.OpenHandle(_folder.File("map")))
        using (var output = File.Create(_folder.File("a.png")))
        {
            var rows = new MapRows(file, Before, width, height);
            MapImages.WriteOverlay(_folder.File("image.png"), rows, ColourMap.Turbo.Rgb, Opacity, output, CancellationToken.None);
        }

        Assert.Equal($"{width},{height},rgb24", FastCam.Tests.FFmpeg.Probe(_folder.File("a.png"), "stream=width,height,pix_fmt"));
        var overlay = Decode("rgb24");
        for (var i = 0; i < overlay.Length; i++)
        {
            var colour = ColourMap.Turbo.Rgb[3 * (int)(map[i / 3] * 255 + 0.5) + i % 3];
            Assert.Equal((1 - Opacity) * image[i] + Opacity * colour, overlay[i], 0.501);
        }
    }

    [Fact]
    public void A_map_that_lacks_rows_is_an_error_of_the_disk()
    {
        Write(50, 40);
        using var file = File.OpenHandle(_folder.File("map"));

        Assert.Throws<IOException>(() => MapImages.WriteGrey(new MapRows(file, Before, 50, 41), new MemoryStream(), CancellationToken.None));
    }

    [Fact]
    public void A_full_disk_is_an_error_of_the_disk()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        Write(500, 400);
        using var file = File.OpenHandle(_folder.File("map"));
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);

        var error = Assert.Throws<IOException>(() => MapImages.WriteGrey(new MapRows(file, Before, 500, 400), full, CancellationToken.None));

        Assert.Contains("No space left", error.Message);
    }

    [Fact]
    public void An_image_that_has_gone_is_named()
    {
        Write(8, 8);
        using var file = File.OpenHandle(_folder.File("map"));
        var rows = new MapRows(file, Before, 8, 8);

        var error = Assert.Throws<MediaException>(() =>
            MapImages.WriteOverlay(_folder.File("gone.png"), rows, ColourMap.Turbo.Rgb, 1, new MemoryStream(), CancellationToken.None));

        Assert.Contains("gone.png", error.Message);
    }

    [Fact]
    public void It_ends_early_when_asked_to()
    {
        Write(2000, 2000);
        using var file = File.OpenHandle(_folder.File("map"));
        using var stop = new CancellationTokenSource();
        var output = new StopsAfterSome(stop);

        Assert.Throws<OperationCanceledException>(() => MapImages.WriteGrey(new MapRows(file, Before, 2000, 2000), output, stop.Token));

        Assert.InRange(output.Length, 1, 7_000_000);
    }

    /// <summary>Writes random values, after some bytes that are no part of them.</summary>
    float[] Write(int width, int height)
    {
        var random = new Random(3);
        float[] map = [0, 1, .. Enumerable.Range(0, width * height).Select(_ => random.NextSingle())];
        map = map[..(width * height)];
        File.WriteAllBytes(_folder.File("map"), [.. new byte[Before], .. MemoryMarshal.AsBytes(map.AsSpan())]);
        return map;
    }

    byte[] Decode(string format) => FastCam.Tests.FFmpeg.Run(
        "-err_detect", "crccheck+explode", "-i", _folder.File("a.png"), "-f", "rawvideo", "-pix_fmt", format, "pipe:1");

    sealed class StopsAfterSome(CancellationTokenSource stop) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            base.Write(buffer, offset, count);
            if (Length > 100_000)
                stop.Cancel();
        }
    }
}
