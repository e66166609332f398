using FastCam.Video;
using FastCam.Video.Frames;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;
using FastCam.Video.Stills;

namespace FastCam.Tests.Video;

[Collection(Stills.ThatFail)]
public sealed class ImageSourceTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_comes_in_natural_order_each_in_its_size()
    {
        WriteImage("img10.png", "64x48", "white");
        WriteImage("img9.jpg", "48x64", "black");
        WriteImage("img100.bmp", "33x17", "gray");
        File.WriteAllText(_folder.File("notes.txt"), "no image");
        using var source = SourceUri.Parse(_folder.Path + "?rate=4").Open(new());
        var frames = source.ReadAll();
        Assert.Equal([new(48, 64), new(64, 48), new(33, 17)], frames.Select(frame => frame.Format));
        Assert.Equal([0.0, 250, 500], frames.Select(frame => frame.Header.PresentationTime.TotalMilliseconds));
        Assert.Equal([0L, 1, 2], frames.Select(frame => frame.Header.Sequence));
        Assert.InRange(frames[0].Pixels[0], 0, 2);
        Assert.InRange(frames[1].Pixels[0], 253, 255);
        Assert.InRange(frames[2].Pixels[0], 126, 130);
    }

    [Fact]
    public void A_pattern_chooses_and_a_loop_begins_anew()
    {
        WriteImage("a1.png", "16x16", "white");
        WriteImage("a2.png", "16x16", "black");
        WriteImage("b1.png", "32x32", "black");
        using var source = SourceUri.Parse(_folder.File("a?.png")).Open(new(Loop: true));
        var frames = source.ReadAll(5);
        Assert.Equal([255, 0, 255, 0, 255], frames.Select(frame => (int)frame.Pixels[0]));
        Assert.Equal(4, frames[4].Header.PresentationTime.TotalSeconds);
        Assert.False(source.IsFinite);
        source.Stop();
        Assert.Empty(source.ReadAll());
    }

    [Theory]
    [InlineData("photo.jpg")]
    [InlineData("photo.png")]
    [InlineData("photo.webp")]
    [InlineData("photo.bmp")]
    [InlineData("photo.tiff")]
    [InlineData("photo.ppm")]
    [InlineData("photo.pgm")]
    [InlineData("photo%03d.png")]
    [InlineData("photo*?.jpg")]
    public void An_image_is_loaded_whatever_its_name_looks_like(string name)
    {
        WriteImage(name, "101x67", "white");
        var image = StillImage.Load(_folder.File(name));
        Assert.Equal(new FrameFormat(101, 67), image.Format);
        Assert.All(image.Pixels, value => Assert.InRange(value, 253, 255));
    }

    [Fact]
    public void An_image_with_another_s_extension_is_loaded()
    {
        WriteImage("photo.jpg", "64x48", "white");
        File.Move(_folder.File("photo.jpg"), _folder.File("photo.png"));
        Assert.Equal(new FrameFormat(64, 48), StillImage.Load(_folder.File("photo.png")).Format);
    }

    [Fact]
    public void An_unreadable_image_is_named()
    {
        WriteImage("a1.png", "16x16", "white");
        File.WriteAllBytes(_folder.File("a2.png"), [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 1, 2, 3, 4]);
        using var source = SourceUri.Parse(_folder.Path).Open(new());
        var error = Assert.Throws<MediaException>(() => source.ReadAll());
        Assert.Equal(MediaFault.SourceUnreadable, error.Fault);
        Assert.Contains("a2.png", error.Message);
    }

    [Fact]
    public void An_unreadable_image_is_skipped_reported_and_counted_as_lost()
    {
        WriteImage("a1.png", "16x16", "white");
        File.WriteAllBytes(_folder.File("a2.png"), [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 1, 2, 3, 4]);
        WriteImage("a3.png", "18x16", "black");
        using var source = new ImageFolderSource(_folder.Path, new(1, 1));
        var said = new List<string?>();
        source.StatusChanged += status => said.Add(status.Reason);
        var headers = new List<FrameHeader>();
        var error = Assert.Throws<MediaException>(() =>
        {
            while (source.WaitNext(out var header))
            {
                headers.Add(header);
                source.Skip();
            }
        });
        Assert.Equal([(0L, 16), (1, 18)], headers.Select(header => (header.Sequence, header.Format.Width)));
        Assert.Contains("a2.png is cut off or damaged: get the whole file", Assert.Single(said));
        Assert.Equal(1, source.Upstream);
        Assert.Equal($"1 of 3 images could not be read and was skipped ({_folder.File("a2.png")}); the others are through.", error.Message);
    }

    [Fact]
    public void The_reason_goes_with_the_next_image_and_a_loop_says_it_once()
    {
        WriteImage("a1.png", "16x16", "white");
        File.WriteAllBytes(_folder.File("a2.png"), [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 1, 2, 3, 4]);
        using var source = new ImageFolderSource(_folder.Path, new(1, 1), loop: true);
        var said = new List<SourceStatus>();
        source.StatusChanged += said.Add;
        for (var i = 0; i < 4; i++)
        {
            Assert.True(source.WaitNext(out _));
            Assert.Null(source.Status.Reason);
            source.Skip();
        }
        var first = Assert.Single(said);
        Assert.Contains("a2.png is cut off or damaged: get the whole file", first.Reason);
        Assert.Equal((1, 3, 3L), (first.Upstream, source.Status.Upstream, source.Upstream));
    }

    [Fact]
    public void Files_that_are_no_images_are_reported()
    {
        WriteImage("a1.png", "16x16", "white");
        using (var whole = new ImageFolderSource(_folder.Path, new(1, 1)))
            Assert.Null(whole.Notice);
        for (var i = 1; i < 7; i++)
            File.WriteAllText(_folder.File($"n{i}.txt"), "no image");
        File.WriteAllText(_folder.File("b\u001b[2J.txt"), "no image");
        using var all = new ImageFolderSource(_folder.Path, new(1, 1));
        using var chosen = new ImageFolderSource(_folder.File("*1.*"), new(1, 1));
        Assert.Equal(
            $"{_folder.Path} holds 7 files that are no images and are passed over: b?[2J.txt, n1.txt, n2.txt, n3.txt, n4.txt, … and 2 more.",
            all.Notice);
        Assert.Equal($"{_folder.File("*1.*")} holds a file that is no image and is passed over: n1.txt.", chosen.Notice);
    }

    [Fact]
    public void A_still_is_there_until_it_is_read_and_is_mirrored_too()
    {
        byte[] pixels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];
        new StillImage(3, 2, pixels).SavePng(_folder.File("a.png"));
        using var source = new PacedSource(new MirroredSource(new ImageFolderSource(_folder.Path, new(1, 1))));
        Assert.Null(source.Still);
        Assert.True(source.WaitNext(out _));
        Assert.Equal([7, 8, 9, 4, 5, 6, 1, 2, 3, 16, 17, 18, 13, 14, 15, 10, 11, 12], source.Still!.Pixels);
        Assert.Equal(new FrameFormat(3, 2), source.Still.Format);
        source.Skip();
        Assert.Null(source.Still);
    }

    [Fact]
    public void Where_no_image_can_be_read_a_loop_ends_too()
    {
        File.WriteAllBytes(_folder.File("a1.jpg"), [0xFF, 0xD8, 0xFF, 0xE0, 1]);
        File.WriteAllBytes(_folder.File("a2.jpg"), [0xFF, 0xD8, 0xFF, 0xE0, 1]);
        using var source = new ImageFolderSource(_folder.Path, new(1, 1), loop: true);
        Assert.Contains("a2.jpg", Assert.Throws<MediaException>(() => source.WaitNext(out _)).Message);
    }

    [Theory]
    [InlineData("a9", "a10")]
    [InlineData("a009", "a10")]
    [InlineData("a", "b")]
    [InlineData("A1", "a2")]
    [InlineData("a1", "a1b")]
    [InlineData("a99999999999999999999998", "a99999999999999999999999")]
    [InlineData("x1y2", "x1y10")]
    [InlineData("a01", "a1")]
    public void Numbers_in_names_count_by_value(string first, string second)
    {
        Assert.True(NaturalOrder.Instance.Compare(first, second) < 0);
        Assert.True(NaturalOrder.Instance.Compare(second, first) > 0);
        Assert.Equal(0, NaturalOrder.Instance.Compare(first, first));
    }

    void WriteImage(string name, string size, string colour)
    {
        // FFmpeg would take a name with % for a pattern when it writes, so the file is renamed afterwards.
        var plain = _folder.File("plain" + Path.GetExtension(name));
        MediaTools.FFmpeg("-f", "lavfi", "-i", $"color=c={colour}:s=64x48,format=rgb24,scale={size.Replace('x', ':')}", "-frames:v", "1", plain);
        File.Move(plain, _folder.File(name));
    }
}
