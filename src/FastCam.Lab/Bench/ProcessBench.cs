namespace FastCam.Lab.Bench;

/// <summary>Measures the start-up time and the resident memory of the whole program, in child processes.</summary>
static class ProcessBench
{
    /// <summary>The frames of ten seconds: by then an explain strategy is chosen, and the memory that starting up took is given back.</summary>
    const int StreamFrames = 300;

    static readonly string Size = $"{TestFrame.Format.Width}x{TestFrame.Format.Height}@30";

    public static ProcessCost Run(BenchPlan plan, Action<string, int, int> progress)
    {
        var (runs, done) = (2 * plan.Children, 0);
        var first = Median("null:", 2, "firstOverlayMs");
        return new ProcessCost(first, (long)Median("web://127.0.0.1:0", StreamFrames, "residentBytes"), plan.Children);

        double Median(string sink, int frames, string figure)
        {
            var figures = new double[plan.Children];
            for (var child = 0; child < figures.Length; child++)
            {
                figures[child] = plan.Program($"test:{Size}?frames={frames}", sink, plan.Provider).GetProperty("process").GetProperty(figure).GetDouble();
                progress("start and memory", ++done, runs);
            }
            return RatioEstimate.Median(figures);
        }
    }
}
