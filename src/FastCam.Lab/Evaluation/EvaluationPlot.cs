using System.Globalization;
using FastCam.Lab.Plots;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace FastCam.Lab.Evaluation;

/// <summary>Draws the curves of an evaluation: insertion on the left, deletion on the right, and a legend, the best map first.</summary>
static class EvaluationPlot
{
    const int Width = 1720;
    const int Height = 760;
    const int Margin = 24;
    const int PanelTop = 96;
    const int PanelWidth = 660;
    const int LegendWidth = Width - 2 * PanelWidth - 3 * Margin;
    const int LegendRow = 24;
    const float Dot = 9;

    /// <summary>The share of the axis's length that is left free at its ends, so that no dot is cut.</summary>
    const double Slack = 0.03;
    const double Percent = 100;
    const double Tick = 0.2;
    const int MostTicks = 10;
    const double Rounding = 1e-9;

    static readonly PixelPadding Padding = new(left: 76, right: 16, bottom: 72, top: 8);

    /// <summary>Okabe and Ito's colours, which stay apart for people with weak colour vision, without the yellow, which is too faint on white.</summary>
    static readonly Color[] Palette =
        [.. new[] { "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000" }.Select(hex => Color.FromHex(hex))];

    /// <summary>Other markers and other lines tell the curves apart where the colours begin again.</summary>
    static readonly MarkerShape[] Shapes = [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond];

    static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted];

    public static Figure Draw(EvaluationReport report)
    {
        var ranked = report.Maps.OrderByDescending(score => score.Probability).ToList();
        var figure = new Figure(Width, Math.Max(Height, PanelTop + Margin + (ranked.Count + 1) * LegendRow));
        figure.AddText(Margin, 16, Width - 2 * Margin, report.Model, Figure.TitleSize);
        figure.AddText(
            Margin, 46, Width - 2 * Margin, $"probability of the true class, mean of {report.Right} photos, fill {report.Fill}", Figure.TextSize);
        var highest = Math.Max(Tick, ranked.SelectMany(score => score.Insertion.Concat(score.Deletion)).Where(double.IsFinite).DefaultIfEmpty().Max());
        AddPanel(figure, Margin, "insertion: % most salient pixels kept", highest, report.Fractions, ranked.Select(score => score.Insertion));
        AddPanel(
            figure, Margin + PanelWidth, "deletion: % most salient pixels removed", highest, report.Fractions, ranked.Select(score => score.Deletion));
        AddLegend(figure, 2 * Margin + 2 * PanelWidth, ranked);
        return figure;
    }

    static void AddPanel(
        Figure figure, int left, string title, double highest, IReadOnlyList<double> fractions, IEnumerable<IReadOnlyList<double>> curves)
    {
        var plot = figure.AddPanel(left, PanelTop, PanelWidth, Height - PanelTop, Padding);
        var step = Tick * Math.Ceiling(highest / (Tick * MostTicks) - Rounding);
        var ticks = (int)Math.Ceiling(highest / step - Rounding);
        plot.Axes.SetLimits(0, Percent, -Slack * ticks * step, (1 + Slack) * ticks * step);
        plot.Axes.Left.TickGenerator = Ticks(Enumerable.Range(0, ticks + 1).Select(tick => tick * step), "0.0");
        plot.Axes.Bottom.TickGenerator = Ticks(fractions.Select(fraction => Percent * fraction), "0");
        plot.XLabel(title, Figure.TextSize);
        double[] percents = [.. fractions.Select(fraction => Percent * fraction)];
        // The best curve is drawn last, over all others.
        foreach (var (rank, curve) in curves.Index().Reverse())
        {
            var line = plot.Add.Scatter(percents, curve.ToArray());
            line.LineStyle = LineOf(rank);
            line.MarkerStyle = MarkerOf(rank);
        }
    }

    static void AddLegend(Figure figure, int left, IReadOnlyList<MapScore> ranked)
    {
        figure.AddText(left, PanelTop, LegendWidth, "insertion − deletion", Figure.TextSize);
        var plot = figure.AddPanel(left, PanelTop + LegendRow, LegendWidth, figure.Height - PanelTop - LegendRow, default);
        plot.HideAxesAndGrid();
        var legend = plot.ShowLegend(ranked.Select((score, rank) => new LegendItem
        {
            LabelText = string.Create(CultureInfo.InvariantCulture, $"{score.Probability:+0.000;−0.000}   {score.Map}"),
            LabelFontSize = Figure.TextSize,
            LabelFontColor = Figure.Ink,
            LabelOffsetY = Figure.Lowering,
            LineStyle = LineOf(rank),
            MarkerStyle = MarkerOf(rank),
        }), Alignment.UpperLeft);
        legend.OutlineColor = legend.ShadowColor = Colors.Transparent;
        legend.Margin = legend.Padding = default;
        legend.SymbolWidth = 44;
        legend.SymbolPadding = 12;
        legend.InterItemPadding = new PixelPadding(0, 0, 5, 5);
    }

    static NumericManual Ticks(IEnumerable<double> values, string format) =>
        new([.. values.Select(value => new Tick(value, value.ToString(format, CultureInfo.InvariantCulture)))]);

    static Color ColourOf(int rank) => Palette[rank % Palette.Length];

    static LineStyle LineOf(int rank) => new()
    {
        Width = Figure.LineWidth,
        Color = ColourOf(rank),
        Pattern = Patterns[rank / Palette.Length % Patterns.Length],
    };

    static MarkerStyle MarkerOf(int rank) => new(Shapes[rank / Palette.Length % Shapes.Length], Dot, ColourOf(rank));
}
