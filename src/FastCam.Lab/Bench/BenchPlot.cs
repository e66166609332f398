using System.Globalization;
using FastCam.Lab.Plots;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace FastCam.Lab.Bench;

/// <summary>
/// Draws every ratio as a dot with its interval: above, passes with their maps over bare ones, and as a ring what they would be if an explanation
/// cost its own time and nothing else; below, on a logarithmic axis, the steps over reading or copying their bytes.
/// </summary>
static class BenchPlot
{
    const int Width = 1400;
    const int Margin = 24;
    const int Top = 92;
    const int Row = 30;
    const int Heading = 34;
    const int Axis = 44;
    const int Gap = 20;
    const float Dot = 9;
    const float Ring = 16;

    /// <summary>The share of the axis's length that is left free at each end, so that no ring is cut.</summary>
    const double Slack = 0.03;

    /// <summary>The least that an axis spans, as where all ratios are 1, because its labels have four decimals.</summary>
    const double SmallestSpan = 0.01;

    /// <summary>The space between names, axis and figures.</summary>
    const int Space = 12;

    static readonly Color Mark = Color.FromHex("#0072B2");
    static readonly Color OwnMark = Color.FromHex("#D55E00");

    readonly record struct Line(string Name, RatioEstimate Time, string Figure, double? Own = null);

    public static Figure Draw(BenchReport report)
    {
        Line[] passes = [.. report.Passes.Select(pass =>
            new Line($"{pass.Strategy}, threads: {pass.Threads}", pass.Time, Format(pass.Time, "F4"), 1 + pass.OwnShare))];
        Line[] steps = [.. report.Kernels.Concat(report.FrameSteps).Select(step => new Line(step.Step, step.Time, Format(step.Time, "F2")))];
        var figure = new Figure(Width, Top + HeightOf(passes) + Gap + HeightOf(steps) + Margin);
        figure.AddText(Margin, 16, Width - 2 * Margin, report.Model, Figure.TitleSize);
        figure.AddText(
            Margin, 46, Width - 2 * Margin,
            $"{report.Machine.Processor}, {report.Machine.Cores} cores; medians and 95 % intervals of {report.Passes[0].Time.Pairs} pairs",
            Figure.TextSize);
        var names = Margin + passes.Concat(steps).Max(line => Figure.WidthOf(line.Name, Figure.TextSize)) + Space;
        var figures = Space + passes.Concat(steps).Max(line => Figure.WidthOf(line.Figure, Figure.TextSize)) + Margin;
        var linear = AddPanel(
            figure, Top, names, figures, "pass with all maps / bare pass; ring: 1 + own time / bare pass", passes, static ratio => ratio);
        linear.Axes.Bottom.TickGenerator = new NumericAutomatic { LabelFormatter = static ratio => Label(ratio) };
        var logarithmic = AddPanel(
            figure, Top + HeightOf(passes) + Gap, names, figures, "step / reading or copying the same bytes", steps, Math.Log10);
        logarithmic.Axes.Bottom.TickGenerator = Decades(logarithmic.Axes.GetLimits());
        return figure;
    }

    static int HeightOf(Line[] lines) => Heading + lines.Length * Row + Axis;

    static Plot AddPanel(Figure figure, int top, int names, int figures, string title, Line[] lines, Func<double, double> scale)
    {
        figure.AddText(names, top, Width - names - Margin, title, Figure.TextSize);
        var plot = figure.AddPanel(0, top + Heading, Width, lines.Length * Row + Axis, new PixelPadding(names, figures, Axis, 0));
        var values = lines.SelectMany(line => new[] { line.Time.Low, line.Time.High, line.Time.Ratio, line.Own ?? 1 });
        double[] ends = [.. values.Append(1).Select(scale)];
        var span = ends.Max() - ends.Min();
        var slack = Math.Max(Slack * span, (SmallestSpan - span) / 2);
        foreach (var side in new[] { plot.Axes.Left, plot.Axes.Right })
            plot.Axes.SetLimits(ends.Min() - slack, ends.Max() + slack, lines.Length - 0.5, -0.5, plot.Axes.Bottom, side);
        SetRows(plot.Axes.Left, lines.Select(line => line.Name));
        SetRows(plot.Axes.Right, lines.Select(line => line.Figure));
        plot.Axes.Left.FrameLineStyle.IsVisible = false;
        plot.Grid.YAxisStyle.IsVisible = false;
        plot.Add.VerticalLine(scale(1), Figure.LineWidth, Figure.Ink);
        foreach (var (row, line) in lines.Index())
        {
            if (line.Own is { } own)
            {
                var ring = plot.Add.Marker(scale(own), row, MarkerShape.OpenCircle, Ring, OwnMark);
                ring.MarkerLineWidth = Figure.LineWidth;
            }
            var interval = plot.Add.Line(scale(line.Time.Low), row, scale(line.Time.High), row);
            (interval.LineWidth, interval.LineColor, interval.MarkerSize) = (Figure.LineWidth, Mark, 0);
            plot.Add.Marker(scale(line.Time.Ratio), row, MarkerShape.FilledCircle, Dot, Mark);
        }
        return plot;
    }

    static void SetRows(IAxis axis, IEnumerable<string> labels)
    {
        axis.TickGenerator = new NumericManual([.. labels.Select((label, row) => new Tick(row, label))]);
        axis.MajorTickStyle.Length = 0;
    }

    /// <summary>
    /// Returns labelled ticks at the powers of ten, and at 2 and 5 times each where there are few of them; all other multiples have short ticks.
    /// </summary>
    static NumericManual Decades(AxisLimits limits)
    {
        const double FewDecades = 2.5;
        var ticks = new NumericManual();
        for (var power = (int)Math.Floor(limits.Left); power <= limits.Right; power++)
        {
            for (var multiple = 1; multiple < 10; multiple++)
            {
                var ratio = multiple * Math.Pow(10, power);
                if (Math.Log10(ratio) < limits.Left || Math.Log10(ratio) > limits.Right)
                    continue;
                var isLabelled = multiple == 1 || (multiple is 2 or 5 && limits.Right - limits.Left < FewDecades);
                if (isLabelled)
                    ticks.AddMajor(Math.Log10(ratio), Label(ratio));
                else
                    ticks.AddMinor(Math.Log10(ratio));
            }
        }
        return ticks;
    }

    static string Format(RatioEstimate time, string format) => time.Ratio.ToString(format, CultureInfo.InvariantCulture);

    static string Label(double ratio) => ratio.ToString("0.####", CultureInfo.InvariantCulture);
}
