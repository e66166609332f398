using System.Diagnostics;
using System.Runtime;

namespace FastCam.Lab.Bench;

/// <summary>Times two things in turn, so that whatever else the machine does affects both alike.</summary>
static class PairedTimer
{
    /// <summary>A shorter measurement would mostly be that of the clock and of chance, so quick things are repeated within this time.</summary>
    static readonly TimeSpan Least = TimeSpan.FromMilliseconds(0.2);

    /// <summary>The runtime compiles a method again, better, once it has been called often and for a while; on a busy machine that takes long.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(0.3), LongestWarmUp = TimeSpan.FromSeconds(5);

    const int WarmUpCalls = 120;

    /// <summary>Measures how much longer a subject takes than a baseline.</summary>
    /// <param name="pairs">Measurements of each.</param>
    /// <param name="baseline">What is measured against.</param>
    /// <param name="subject">What is measured.</param>
    public static RatioEstimate Compare(int pairs, Action baseline, Action subject)
    {
        WarmUp(baseline);
        WarmUp(subject);
        var (baselineRuns, subjectRuns) = (RunsFor(baseline), RunsFor(subject));
        return Compare(pairs, () => Time(baseline, baselineRuns), () => Time(subject, subjectRuns), static _ => { });
    }

    /// <summary>Measures the same for things that time themselves.</summary>
    /// <param name="pairs">Measurements of each.</param>
    /// <param name="baseline">Does it once and returns its milliseconds.</param>
    /// <param name="subject">Likewise.</param>
    /// <param name="done">Called with the number of pairs that have been measured.</param>
    public static RatioEstimate Compare(int pairs, Func<double> baseline, Func<double> subject, Action<int> done)
    {
        var (some, others) = (new double[pairs], new double[pairs]);
        Take(some, others, baseline, subject, done);
        return RatioEstimate.FromPairs(some, others);
    }

    /// <summary>Takes the measurements.</summary>
    /// <param name="baselineMs">Filled with the baseline's times.</param>
    /// <param name="subjectMs">Filled with the subject's times.</param>
    /// <param name="baseline">Does it once and returns its milliseconds.</param>
    /// <param name="subject">Likewise.</param>
    /// <param name="done">Called with the number of pairs that have been measured.</param>
    public static void Take(Span<double> baselineMs, Span<double> subjectMs, Func<double> baseline, Func<double> subject, Action<int> done)
    {
        for (var pair = 0; pair < baselineMs.Length; pair++)
        {
            // Each comes first as often as the other, because the second finds the caches as the first has left them.
            if (pair % 2 == 0)
                baselineMs[pair] = baseline();
            subjectMs[pair] = subject();
            if (pair % 2 == 1)
                baselineMs[pair] = baseline();
            done(pair + 1);
        }
    }

    /// <summary>Calls until nothing has been compiled for a while.</summary>
    static void WarmUp(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        var (compiled, since) = (JitInfo.GetCompiledMethodCount(), start);
        for (var call = 0; call < WarmUpCalls || IsCompiling(); call++)
        {
            action();
            if (JitInfo.GetCompiledMethodCount() is var now && now != compiled)
                (compiled, since) = (now, Stopwatch.GetTimestamp());
        }

        bool IsCompiling() => Stopwatch.GetElapsedTime(since) < Quiet && Stopwatch.GetElapsedTime(start) < LongestWarmUp;
    }

    static int RunsFor(Action action)
    {
        for (var runs = 1; ; runs *= 2)
        {
            if (runs * Time(action, runs) >= Least.TotalMilliseconds)
                return runs;
        }
    }

    static double Time(Action action, int runs)
    {
        var start = Stopwatch.GetTimestamp();
        for (var run = 0; run < runs; run++)
            action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / runs;
    }
}
