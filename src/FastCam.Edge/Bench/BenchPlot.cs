using System.Globalization;
using FastCam.Edge.Evaluation;
using FastCam.Video;

namespace FastCam.Edge.Bench;

/// <summary>
/// Every ratio as a dot with its interval: above, passes with their maps over bare ones, and as a ring what they would be if an explanation
/// cost its own time and nothing else; below, the steps over reading or copying their bytes.
/// </summary>
static class BenchPlot
{
    const int Width = 1400;
    const int Left = 440;
    const int AxisWidth = 760;
    const int Row = 34;
    const int Heading = 110;
    const int Footing = 60;
    const int TextScale = 2;
    const double Thick = 2.5;
    const double Dot = 9;
    const double Ring = 15;
    const double Hole = 10;

    static readonly PlotColour Ink = new(40, 40, 40);
    static readonly PlotColour Grid = new(225, 225, 225);
    static readonly PlotColour Mark = new(31, 119, 180);
    static readonly PlotColour OwnMark = new(214, 96, 0);
    static readonly PlotColour Paper = new(255, 255, 255);

    readonly record struct Line(string Name, RatioEstimate Time, double? Own = null);

    public static StillImage Draw(BenchReport report)
    {
        Line[] passes = [.. report.Passes.Select(pass => new Line($"{pass.Way}, threads: {pass.Threads}", pass.Time, 1 + pass.OwnShare))];
        Line[] steps = [.. report.Kernels.Concat(report.FrameSteps).Select(step => new Line(step.Step, step.Time))];
        var canvas = new PlotCanvas(Width, 40 + (passes.Length + steps.Length) * Row + 2 * (Heading + Footing));
        canvas.Text(20, 20, $"{report.Model} on {report.Machine.Processor}, {report.Machine.Cores} cores; medians and 95 % intervals of {report.Passes[0].Time.Pairs} pairs", TextScale, Ink);
        Panel(canvas, 40 + Heading, "pass with all maps / bare pass; ring: 1 + own time / bare pass", passes, "F4", RatioAxis.Linear([1, .. Ends(passes)]));
        Panel(canvas, 40 + 2 * Heading + Footing + passes.Length * Row, "step / reading or copying the same bytes", steps, "F2", RatioAxis.Logarithmic([1, .. Ends(steps)]));
        return canvas.Image;
    }

    static IEnumerable<double> Ends(IEnumerable<Line> lines) => lines.SelectMany(line => new[] { line.Time.Low, line.Time.High, line.Own ?? 1 });

    static void Panel(PlotCanvas canvas, int top, string title, IReadOnlyList<Line> lines, string format, RatioAxis axis)
    {
        double X(double ratio) => Left + axis.Place(ratio) * AxisWidth;
        var bottom = top + lines.Count * Row;
        canvas.Text(Left, top - 50, title, TextScale, Ink);
        foreach (var tick in axis.Ticks)
        {
            var label = tick.ToString("0.####", CultureInfo.InvariantCulture);
            canvas.Line(X(tick), top, X(tick), bottom, 1, Grid);
            canvas.Text((int)X(tick) - PlotCanvas.TextWidth(label, TextScale) / 2, bottom + 10, label, TextScale, Ink);
        }

        canvas.Line(Left, bottom, Left + AxisWidth, bottom, 1, Ink);
        canvas.Line(X(1), top, X(1), bottom, Thick, Ink);
        foreach (var (row, line) in lines.Index())
        {
            var middle = top + row * Row + Row / 2;
            canvas.Text(Left - 20 - PlotCanvas.TextWidth(line.Name, TextScale), middle - 8, line.Name, TextScale, Ink);
            if (line.Own is { } own)
            {
                canvas.Line(X(own), middle, X(own), middle, Ring, OwnMark);
                canvas.Line(X(own), middle, X(own), middle, Hole, Paper);
            }
            canvas.Line(X(line.Time.Low), middle, X(line.Time.High), middle, Thick, Mark);
            canvas.Line(X(line.Time.Ratio), middle, X(line.Time.Ratio), middle, Dot, Mark);
            canvas.Text(Left + AxisWidth + 24, middle - 8, line.Time.Ratio.ToString(format, CultureInfo.InvariantCulture), TextScale, Ink);
        }
    }
}
