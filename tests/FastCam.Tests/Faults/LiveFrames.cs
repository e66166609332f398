using System.Diagnostics;
using FastCam.Tests.Video;
using FastCam.Video.Frames;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Faults;

/// <summary>Watches a live source whose frames carry the moment of their making as a bar code.</summary>
static class LiveFrames
{
    public static void Require(CaptureBackend backend)
    {
        Faults.RequireRtspServer();
        if (backend == CaptureBackend.Gstreamer)
            Faults.RequireGStreamer();
    }

    /// <summary>
    /// Looks at each frame: its header, its age in milliseconds, its number and its pixels. Every code must be readable, since a corrupt frame has none.
    /// </summary>
    public static void Watch(string url, CaptureBackend backend, int frames, Action<FrameHeader, double, int, Frame> see) => Limited.Run(() =>
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
            var luma = frame.Pixels[..header.Format.LumaByteCount];
            Assert.True(BarCode.TryRead(header.Format, luma, out var number), $"frame {i} of {header.Format} is corrupt");
            see(header, (now - number) & (BarCode.Range - 1), number, frame);
            frame.Release();
        }
    }, seconds: 90);
}
