using System.Diagnostics;
using System.Globalization;
using FastCam.Video.Frames;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

// FastCam.Watch BACKEND SOURCE FRAMES opens a source, and writes when it began to; then for each of so many frames its sequence number, its presentation
// time, the number of its bar code (-1: none is read), and when it came. All times are in milliseconds; moments are of the monotonic clock.
// It ends when its standard input does, so that what its process has used can be looked at before.
var backend = Enum.Parse<CaptureBackend>(args[0], ignoreCase: true);
var frames = int.Parse(args[2], CultureInfo.InvariantCulture);

Write($"{Now()}");
using var source = SourceUri.Parse(args[1]).Open(new SourceOptions { Capture = backend });
FramePool? pool = null;
FrameFormat format = default;
for (var i = 0; i < frames && source.WaitNext(out var header); i++)
{
    if (pool is null || header.Format != format)
    {
        pool?.Dispose();
        (pool, format) = (new FramePool(header.Format, 1), header.Format);
    }
    var frame = pool.Rent()!;
    if (source.Read(frame))
    {
        var came = Now();
        var number = BarCode.TryRead(format, frame.Pixels[..format.LumaByteCount], out var read) ? read : -1;
        Write($"{header.Sequence} {header.PresentationTime.TotalMilliseconds} {number} {came}");
    }
    frame.Release();
}
pool?.Dispose();
Console.In.ReadToEnd();

static double Now() => Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;

static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
