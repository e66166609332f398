using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Sources;
using FastCam.Video.Writers;

namespace FastCam.Tests.Video;

/// <summary>A frame as a test keeps it.</summary>
sealed record KeptFrame(FrameHeader Header, byte[] Pixels)
{
    public FrameFormat Format => Header.Format;

    public int? Number => BarCode.TryRead(Format, Pixels.AsSpan(0, Format.LumaByteCount), out var number) ? number : null;

    /// <summary>The mean difference of plane Y, in levels of 255.</summary>
    public double LumaError(ReadOnlySpan<byte> other)
    {
        var sum = 0L;
        for (var i = 0; i < Format.LumaByteCount; i++)
            sum += Math.Abs(Pixels[i] - other[i]);
        return (double)sum / Format.LumaByteCount;
    }
}

/// <summary>Drives sources and sinks as the pipeline does.</summary>
static class Sourcing
{
    /// <summary>Reads to the end, or up to a number of frames.</summary>
    public static List<KeptFrame> ReadAll(this FrameSource source, int most = int.MaxValue)
    {
        var kept = new List<KeptFrame>();
        Limited.Run(() =>
        {
            while (kept.Count < most && source.WaitNext(out var header))
            {
                using var pool = new FramePool(header.Format, 1);
                var frame = pool.Rent()!;
                source.Read(frame);
                kept.Add(new(header, frame.Pixels.ToArray()));
                frame.Release();
            }
        });
        return kept;
    }

    /// <summary>Writes frames of the test pattern into a sink, at given times, and enters them as captured.</summary>
    public static void WritePattern(
        this FrameWriter sink, Ledger ledger, FrameFormat format, IEnumerable<TimeSpan> times, int first = 0, Action<Frame>? change = null)
    {
        using var pattern = new TestPattern(format, new(30, 1), null);
        using var pool = new FramePool(format, 1);
        var sequence = (long)first;
        foreach (var time in times)
        {
            var frame = pool.Rent()!;
            try
            {
                pattern.Draw(frame.Pixels, sequence);
                change?.Invoke(frame);
                frame.Begin(new FrameInfo("a stream", sequence++, time));
                ledger.Captured(frame.Sequence);
                sink.Write(frame);
            }
            finally
            {
                frame.Release();
            }
        }
    }

    public static IEnumerable<TimeSpan> Times(int count, double rate = 30) => Enumerable.Range(0, count).Select(i => TimeSpan.FromSeconds(i / rate));
}
