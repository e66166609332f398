using System.Globalization;
using FastCam.Video;

namespace FastCam.Edge.Evaluation;

/// <summary>The curves of an evaluation: insertion on the left, deletion on the right, and a legend, the best map first.</summary>
static class EvaluationPlot
{
    const int Width = 1720;
    const int Height = 760;
    const int PanelWidth = 560;
    const int PanelHeight = 560;
    const int PanelTop = 90;
    const int LeftPanel = 90;
    const int RightPanel = 740;
    const int Legend = 1340;
    const int LegendRow = 30;
    const int TextScale = 2;
    const double Tick = 0.2;
    const double Rounding = 1e-9;
    const double Thick = 2.5;
    const double Dot = 7;

    static readonly PlotColour Ink = new(40, 40, 40);
    static readonly PlotColour Grid = new(225, 225, 225);

    /// <summary>Colours that stay apart on white, for people with weak colour vision too as far as so many can.</summary>
    static readonly PlotColour[] Palette =
    [
        new(31, 119, 180), new(214, 39, 40), new(44, 160, 44), new(255, 127, 14), new(148, 103, 189), new(23, 190, 207), new(140, 86, 75), new(227, 119, 194),
        new(188, 189, 34), new(0, 0, 128), new(0, 100, 60), new(128, 0, 32), new(160, 160, 255), new(255, 180, 120), new(90, 90, 90), new(170, 170, 170),
    ];

    public static StillImage Draw(EvaluationReport report)
    {
        var ranked = report.Maps.OrderByDescending(score => score.Probability).ToList();
        var canvas = new PlotCanvas(Width, Math.Max(Height, PanelTop + (ranked.Count + 1) * LegendRow));
        var ticks = Math.Max(1, (int)Math.Ceiling(ranked.Max(score => score.Insertion.Concat(score.Deletion).Max()) / Tick - Rounding));
        canvas.Text(LeftPanel, 20, $"{report.Model}: probability of the true class, mean of {report.Right} photos, fill {report.Fill}", TextScale, Ink);
        Panel(canvas, LeftPanel, "insertion: % most salient pixels kept", ticks, report.Fractions, ranked.Select(score => score.Insertion));
        Panel(canvas, RightPanel, "deletion: % most salient pixels removed", ticks, report.Fractions, ranked.Select(score => score.Deletion));
        canvas.Text(Legend, PanelTop - 30, "insertion - deletion", TextScale, Ink);
        foreach (var (row, score) in ranked.Index())
        {
            var y = PanelTop + row * LegendRow;
            canvas.Line(Legend, y + 7, Legend + 40, y + 7, Thick, Colour(row));
            canvas.Line(Legend + 20, y + 7, Legend + 20, y + 7, Dot, Colour(row));
            canvas.Text(Legend + 52, y, string.Create(CultureInfo.InvariantCulture, $"{score.Probability,6:+0.000;-0.000} {score.Map}"), TextScale, Ink);
        }

        return canvas.Image;
    }

    static PlotColour Colour(int rank) => Palette[rank % Palette.Length];

    static void Panel(PlotCanvas canvas, int left, string title, int ticks, IReadOnlyList<double> fractions, IEnumerable<IReadOnlyList<double>> curves)
    {
        double X(double fraction) => left + fraction * PanelWidth;
        double Y(double value) => PanelTop + PanelHeight * (1 - value / (ticks * Tick));
        for (var tick = 0; tick <= ticks; tick++)
        {
            var value = tick * Tick;
            canvas.Line(left, Y(value), left + PanelWidth, Y(value), 1, tick == 0 ? Ink : Grid);
            canvas.Text(left - 48, (int)Y(value) - 8, value.ToString("0.0", CultureInfo.InvariantCulture), TextScale, Ink);
        }

        canvas.Line(left, PanelTop, left, PanelTop + PanelHeight, 1, Ink);
        foreach (var fraction in fractions)
        {
            var label = $"{100 * fraction:0}";
            canvas.Line(X(fraction), PanelTop + PanelHeight, X(fraction), PanelTop + PanelHeight + 6, 1, Ink);
            canvas.Text((int)X(fraction) - PlotCanvas.TextWidth(label, TextScale) / 2, PanelTop + PanelHeight + 12, label, TextScale, Ink);
        }

        canvas.Text(left + (PanelWidth - PlotCanvas.TextWidth(title, TextScale)) / 2, PanelTop + PanelHeight + 46, title, TextScale, Ink);
        foreach (var (rank, curve) in curves.Index().Reverse())
        {
            for (var i = 0; i < curve.Count; i++)
            {
                if (i > 0) canvas.Line(X(fractions[i - 1]), Y(curve[i - 1]), X(fractions[i]), Y(curve[i]), Thick, Colour(rank));
                canvas.Line(X(fractions[i]), Y(curve[i]), X(fractions[i]), Y(curve[i]), Dot, Colour(rank));
            }
        }
    }
}
