using System.Diagnostics;
using FastCam.Onnx.Maps;

namespace FastCam.Edge.Pipeline;

/// <summary>What a stream did lately: rates, latencies and costs over the last frames. Recording allocates nothing.</summary>
sealed class StreamMeter
{
    const int Window = 256;

    /// <summary>The rate is that of the last so many seconds.</summary>
    const int Recent = 5;

    readonly Lock _gate = new();
    readonly long _start = Stopwatch.GetTimestamp();
    readonly TimeSpan _age = AgeOfProcess();
    readonly long[] _shown = new long[Window];
    readonly double[] _latency = new double[Window];
    readonly double[] _pass = new double[Window];
    readonly double[] _explain = new double[Window];
    long _frames;
    long _passes;
    long _failures;
    double? _firstOverlay;

    /// <summary>Records that a frame went on to the sinks.</summary>
    /// <param name="captureTimestamp">When the frame was captured.</param>
    /// <param name="explained">Whether the frame has a map.</param>
    public void Shown(long captureTimestamp, bool explained)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (explained)
                _firstOverlay ??= (_age + Stopwatch.GetElapsedTime(_start, now)).TotalMilliseconds;
            _shown[_frames % Window] = now;
            _latency[_frames % Window] = Stopwatch.GetElapsedTime(captureTimestamp, now).TotalMilliseconds;
            _frames++;
        }
    }

    /// <summary>Records that a frame was explained.</summary>
    public void Explained(FrameExplanation explanation)
    {
        lock (_gate)
        {
            _explain[_passes % Window] = explanation.ExplainTime.TotalMilliseconds;
            _pass[_passes % Window] = (explanation.ForwardTime + explanation.ExplainTime).TotalMilliseconds;
            _passes++;
        }
    }

    /// <summary>Records that a forward pass failed.</summary>
    public void Failed()
    {
        lock (_gate)
            _failures++;
    }

    public StreamFigures Read()
    {
        lock (_gate)
        {
            var frames = (int)Math.Min(_frames, Window);
            var passes = (int)Math.Min(_passes, Window);
            var latencies = _latency.AsSpan(0, frames).ToArray();
            Array.Sort(latencies);
            var pass = _pass.AsSpan(0, passes).ToArray();
            Array.Sort(pass);
            var explain = _explain.AsSpan(0, passes).ToArray();
            Array.Sort(explain);
            return new StreamFigures(
                Frames: _frames,
                Passes: _passes,
                FailedPasses: _failures,
                Rate: Rate(frames),
                LatencyP50: Quantile(latencies, 0.5),
                LatencyP99: Quantile(latencies, 0.99),
                PassMilliseconds: Quantile(pass, 0.5),
                FirstOverlayMilliseconds: _firstOverlay,
                ExplanationShare: passes == 0 ? 0 : Quantile(explain, 0.5) / Math.Max(Quantile(pass, 0.5), double.Epsilon));
        }
    }

    /// <summary>
    /// Returns how long the process has been running. It needs the time of day, which may be set while the stream runs, and so is asked once.
    /// </summary>
    static TimeSpan AgeOfProcess()
    {
        using var process = Process.GetCurrentProcess();
        return DateTime.Now - process.StartTime;
    }

    /// <summary>
    /// Returns the rate of the last seconds. After a pause the rate is at once that of the running stream, and while a stream stands still its
    /// rate falls to 0.
    /// </summary>
    double Rate(int frames)
    {
        var now = Stopwatch.GetTimestamp();
        var since = now - Recent * Stopwatch.Frequency;
        var recent = 0;
        while (recent < frames && _shown[(_frames - 1 - recent) % Window] >= since)
            recent++;
        if (recent < 2)
            return 0;
        var oldest = _shown[(_frames - recent) % Window];
        var newest = Math.Max(_shown[(_frames - 1) % Window], now - Stopwatch.Frequency / 2);
        return (recent - 1) / Stopwatch.GetElapsedTime(oldest, newest).TotalSeconds;
    }

    static double Quantile(double[] sorted, double q) => sorted.Length == 0 ? 0 : sorted[(int)Math.Min(sorted.Length - 1, q * sorted.Length)];
}

/// <summary>A reading of a <see cref="StreamMeter"/>.</summary>
/// <param name="Frames">Frames passed to the sinks since the start.</param>
/// <param name="Passes">Frames explained since the start.</param>
/// <param name="FailedPasses">Forward passes that failed since the start.</param>
/// <param name="Rate">Frames a second, lately.</param>
/// <param name="LatencyP50">The time from capture until a frame is passed to the sinks, in ms; median of the last frames.</param>
/// <param name="LatencyP99">The same, 99th percentile.</param>
/// <param name="PassMilliseconds">The time of a forward pass with its maps; median.</param>
/// <param name="FirstOverlayMilliseconds">The time from the start of the process to the first overlay with a map; null before it.</param>
/// <param name="ExplanationShare">The maps' part of a pass, median over median, 0..1.</param>
sealed record StreamFigures(
    long Frames, long Passes, long FailedPasses, double Rate, double LatencyP50, double LatencyP99, double PassMilliseconds,
    double? FirstOverlayMilliseconds, double ExplanationShare);
