using System.Diagnostics;
using FastCam.Tests.Video;
using FastCam.Video;

namespace FastCam.Tests.Faults;

/// <summary>What a live source's pictures hold: each carries the moment of its making as a bar code.</summary>
[Collection(FaultCollection.Name)]
public sealed class LivePictureTests
{
    public LivePictureTests() => Faults.RequireRtspServer();

    [Theory]
    [InlineData(CaptureBackend.Ffmpeg)]
    [InlineData(CaptureBackend.Gstreamer)]
    public void Pictures_are_whole_fresh_and_in_order(CaptureBackend backend)
    {
        Require(backend);
        using var server = new RtspServer();
        var ages = new List<double>();
        var last = 0;
        var (darkest, lightest) = (byte.MaxValue, byte.MinValue);
        Watch(server.Url("clock"), backend, 90, (header, age, number, frame) =>
        {
            foreach (var luma in frame.Pixels[..frame.Format.LumaByteCount])
                (darkest, lightest) = (Math.Min(darkest, luma), Math.Max(lightest, luma));
            Assert.Equal(new FrameFormat(640, 360), header.Format);
            Assert.True(number > last, $"{number} came after {last}");
            last = number;
            ages.Add(age);
        });
        // The stream's black and white are 0 and 255; taken for limited range, they would be 16 and 235 or clipped.
        Assert.InRange(darkest, 0, 8);
        Assert.InRange(lightest, 247, 255);
        ages.Sort();
        // A generous guard: the figure itself is for a quiet machine.
        Assert.InRange(ages[ages.Count / 2], 0, 1000);
    }

    [Theory]
    [InlineData(CaptureBackend.Ffmpeg)]
    [InlineData(CaptureBackend.Gstreamer)]
    public void No_picture_is_corrupt_when_the_size_changes(CaptureBackend backend)
    {
        Require(backend);
        using var server = new RtspServer();
        var sizes = new List<FrameFormat>();
        var time = TimeSpan.MinValue;
        Watch(server.Url("sizes"), backend, 300, (header, _, _, _) =>
        {
            Assert.True(header.PresentationTime > time);
            time = header.PresentationTime;
            if (sizes.Count == 0 || sizes[^1] != header.Format)
                sizes.Add(header.Format);
        });
        Assert.True(sizes.Count >= 3, string.Join(", ", sizes));
    }

    static void Require(CaptureBackend backend)
    {
        if (backend == CaptureBackend.Gstreamer) Faults.RequireGStreamer();
    }

    // Every frame's code must be readable: a corrupt picture has none.
    static void Watch(string url, CaptureBackend backend, int frames, Action<FrameHeader, double, int, Frame> see) => Limited.Run(() =>
    {
        using var source = SourceUri.Parse(url).Open(new() { Capture = backend });
        for (var i = 0; i < frames; i++)
        {
            Assert.True(source.WaitNext(out var header));
            using var pool = new FramePool(header.Format, 1);
            var frame = pool.Rent()!;
            if (!source.Read(frame))
                continue;
            var now = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);
            Assert.True(BarCode.TryRead(header.Format, frame.Pixels[..header.Format.LumaByteCount], out var number), $"frame {i} of {header.Format} is corrupt");
            see(header, (now - number) & (BarCode.Range - 1), number, frame);
            frame.Release();
        }
    }, seconds: 90);
}
