using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Normalisations;

/// <summary>
/// The mean and the standard deviation of a whole that is seen in parts, such as overlapping tiles: each pixel counts by its share
/// of the whole, and the parts are merged by Chan's formula, so that no digits are lost however many there are.
/// </summary>
public sealed class PooledMoments
{
    double _count;
    double _mean;
    double _squares; // the weighted sum of squared differences from the mean

    /// <summary>The mean and the unbiased standard deviation so far; sigma is exactly 0 where all pixels are equal or count for at most one.</summary>
    public GaussMoments Moments => new(_mean, _count > 1 ? Math.Sqrt(Math.Max(_squares, 0) / (_count - 1)) : 0);

    /// <summary>Adds a part whose every pixel counts in full.</summary>
    /// <param name="map">The part; NaN counts as 0, an infinity as the largest float32 of its sign.</param>
    public void Add(ReadOnlySpan<float> map)
    {
        if (map.IsEmpty)
            return;
        var (mean, sigma) = GaussNormalisation.Moments(map);
        Merge(map.Length, mean, sigma * sigma * (map.Length - 1));
    }

    /// <summary>Adds a part.</summary>
    /// <param name="map">The part, row by row; NaN counts as 0, an infinity as the largest float32 of its sign.</param>
    /// <param name="columns">How much each column counts, 0..1.</param>
    /// <param name="rows">How much each row counts, 0..1; a pixel counts by the product of its row's and its column's share.</param>
    /// <exception cref="ArgumentException">The map is not of columns × rows.</exception>
    public void Add(ReadOnlySpan<float> map, ReadOnlySpan<float> columns, ReadOnlySpan<float> rows)
    {
        if (map.Length != (long)columns.Length * rows.Length)
            throw new ArgumentException($"{map.Length} values are not a map of {columns.Length}×{rows.Length}.", nameof(map));
        if (map.IsEmpty)
            return;
        // About a value of the map itself: exactly zero for a constant map.
        double origin = FiniteFloat.From(map[0]);
        double count = 0, sum = 0, squares = 0;
        for (var y = 0; y < rows.Length; y++)
        {
            var row = map.Slice(y * columns.Length, columns.Length);
            for (var x = 0; x < row.Length; x++)
            {
                var weight = (double)rows[y] * columns[x];
                var offset = FiniteFloat.From(row[x]) - origin;
                count += weight;
                sum += weight * offset;
                squares += weight * offset * offset;
            }
        }

        if (count > 0)
            Merge(count, origin + sum / count, squares - sum * sum / count);
    }

    void Merge(double count, double mean, double squares)
    {
        var whole = _count + count;
        var apart = mean - _mean;
        _squares += squares + apart * apart * (_count * count / whole);
        // Written so that the first part's mean, and one that is equal, come out to the last digit.
        _mean = _count == 0 ? mean : _mean + apart * (count / whole);
        _count = whole;
    }
}
