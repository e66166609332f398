using FastCam.Lab.Plots;
using ScottPlot;
using SkiaSharp;

namespace FastCam.Tests.Plots;

/// <summary>The pixels of a figure.</summary>
sealed class Drawn : IDisposable
{
    readonly Figure _figure;
    readonly SKBitmap _pixels;

    public Drawn(Figure figure)
    {
        _figure = figure;
        using var image = figure.Draw();
        _pixels = SKBitmap.FromImage(image);
    }

    public int Width => _pixels.Width;

    public int Height => _pixels.Height;

    /// <summary>The figure's plots without its lines of text, which have no axes.</summary>
    public IReadOnlyList<Plot> Plots => [.. _figure.Panels.Where(plot => plot.Axes.Bottom.IsVisible)];

    public SKColor At(int x, int y) => _pixels.GetPixel(x, y);

    /// <summary>Returns the middles of the runs of pixels in a column that a condition holds for.</summary>
    public double[] RunsDown(int x, int top, int bottom, Func<SKColor, bool> condition) =>
        Runs(Enumerable.Range(top, bottom - top).Where(y => condition(At(x, y))));

    /// <summary>Returns the first and the last pixel in a row that a condition holds for.</summary>
    public (int First, int Last) Across(int y, Func<SKColor, bool> condition)
    {
        var columns = Enumerable.Range(0, Width).Where(x => condition(At(x, y))).ToList();
        return (columns[0], columns[^1]);
    }

    /// <summary>Asserts that no label reaches the edge, where it would be cut.</summary>
    public void AssertMarginIsFree(int margin)
    {
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                if (x >= margin && x < Width - margin && y >= margin && y < Height - margin)
                    continue;
                Assert.Equal(SKColors.White, At(x, y));
            }
        }
    }

    public void Dispose()
    {
        _pixels.Dispose();
        _figure.Dispose();
    }

    static double[] Runs(IEnumerable<int> places)
    {
        var runs = new List<List<int>>();
        foreach (var place in places)
        {
            if (runs.Count == 0 || place > runs[^1][^1] + 1)
                runs.Add([]);
            runs[^1].Add(place);
        }
        return [.. runs.Select(run => (run[0] + run[^1]) / 2.0)];
    }
}
