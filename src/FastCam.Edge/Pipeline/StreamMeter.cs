using System.Diagnostics;
using FastCam.Onnx.Explanation;

namespace FastCam.Edge.Pipeline;

/// <summary>What a stream did lately: rates, latencies and costs over the last pictures. Recording allocates nothing.</summary>
sealed class StreamMeter
{
    const int Window = 256;

    /// <summary>Seconds that the rate is of.</summary>
    const int Recent = 5;

    readonly Lock _gate = new();
    readonly long _start = Stopwatch.GetTimestamp();
    readonly TimeSpan _age = AgeOfProcess();
    readonly long[] _shown = new long[Window];
    readonly double[] _latency = new double[Window];
    readonly double[] _pass = new double[Window];
    readonly double[] _explain = new double[Window];
    long _pictures;
    long _passes;
    long _failures;
    double? _firstOverlay;

    /// <summary>A picture left for the sinks.</summary>
    /// <param name="captureTimestamp">When its frame was captured.</param>
    /// <param name="explained">Whether it has a map.</param>
    public void Shown(long captureTimestamp, bool explained)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (explained) _firstOverlay ??= (_age + Stopwatch.GetElapsedTime(_start, now)).TotalMilliseconds;
            _shown[_pictures % Window] = now;
            _latency[_pictures % Window] = Stopwatch.GetElapsedTime(captureTimestamp, now).TotalMilliseconds;
            _pictures++;
        }
    }

    /// <summary>A frame was explained.</summary>
    public void Explained(FrameExplanation explanation)
    {
        lock (_gate)
        {
            _explain[_passes % Window] = explanation.ExplainTime.TotalMilliseconds;
            _pass[_passes % Window] = (explanation.ForwardTime + explanation.ExplainTime).TotalMilliseconds;
            _passes++;
        }
    }

    /// <summary>A forward pass failed.</summary>
    public void Failed()
    {
        lock (_gate) _failures++;
    }

    public StreamFigures Read()
    {
        lock (_gate)
        {
            var pictures = (int)Math.Min(_pictures, Window);
            var passes = (int)Math.Min(_passes, Window);
            var latencies = _latency.AsSpan(0, pictures).ToArray();
            Array.Sort(latencies);
            var pass = _pass.AsSpan(0, passes).ToArray();
            Array.Sort(pass);
            var explain = _explain.AsSpan(0, passes).ToArray();
            Array.Sort(explain);
            return new StreamFigures(
                Pictures: _pictures,
                Passes: _passes,
                FailedPasses: _failures,
                Rate: Rate(pictures),
                LatencyP50: Quantile(latencies, 0.5),
                LatencyP99: Quantile(latencies, 0.99),
                PassMilliseconds: Quantile(pass, 0.5),
                FirstOverlayMilliseconds: _firstOverlay,
                ExplanationShare: passes == 0 ? 0 : Quantile(explain, 0.5) / Math.Max(Quantile(pass, 0.5), double.Epsilon));
        }
    }

    /// <summary>The one thing that needs the time of day, asked once: it may be set while the stream runs.</summary>
    static TimeSpan AgeOfProcess()
    {
        using var process = Process.GetCurrentProcess();
        return DateTime.Now - process.StartTime;
    }

    /// <summary>Of the last seconds: a stream that stood still and goes on again is as quick as it is now, and one that stands still fades to 0.</summary>
    double Rate(int pictures)
    {
        var now = Stopwatch.GetTimestamp();
        var since = now - Recent * Stopwatch.Frequency;
        var recent = 0;
        while (recent < pictures && _shown[(_pictures - 1 - recent) % Window] >= since) recent++;
        if (recent < 2) return 0;
        var oldest = _shown[(_pictures - recent) % Window];
        var newest = Math.Max(_shown[(_pictures - 1) % Window], now - Stopwatch.Frequency / 2);
        return (recent - 1) / Stopwatch.GetElapsedTime(oldest, newest).TotalSeconds;
    }

    static double Quantile(double[] sorted, double q) => sorted.Length == 0 ? 0 : sorted[(int)Math.Min(sorted.Length - 1, q * sorted.Length)];
}

/// <summary>A reading of a <see cref="StreamMeter"/>.</summary>
/// <param name="Pictures">Pictures handed to the sinks since the start.</param>
/// <param name="Passes">Frames explained since the start.</param>
/// <param name="FailedPasses">Forward passes that failed since the start.</param>
/// <param name="Rate">Pictures a second, lately.</param>
/// <param name="LatencyP50">From capture until the picture is handed to the sinks, in ms, median of the last pictures.</param>
/// <param name="LatencyP99">The same, 99th percentile.</param>
/// <param name="PassMilliseconds">Forward pass with its maps, median.</param>
/// <param name="FirstOverlayMilliseconds">From the start of the process to the first picture with a map; null before.</param>
/// <param name="ExplanationShare">The maps' part of that, median by median, 0..1.</param>
sealed record StreamFigures(long Pictures, long Passes, long FailedPasses, double Rate, double LatencyP50, double LatencyP99, double PassMilliseconds, double? FirstOverlayMilliseconds, double ExplanationShare);
