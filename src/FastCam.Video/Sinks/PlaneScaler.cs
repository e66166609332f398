namespace FastCam.Video.Sinks;

/// <summary>Scales one plane bilinearly into a part of another.</summary>
/// <param name="x">Columns.</param>
/// <param name="y">Rows.</param>
/// <param name="stride">Bytes a row of the plane that is written.</param>
sealed class PlaneScaler(ScaledAxis x, ScaledAxis y, int stride)
{
    const int Half = ScaledAxis.One * ScaledAxis.One / 2;

    public void Scale(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (var row = 0; row < y.Length; row++)
        {
            var upper = from.Slice(y.First[row] * x.From, x.From);
            var lower = from.Slice(y.Second(row) * x.From, x.From);
            var target = to.Slice((y.Start + row) * stride + x.Start, x.Length);
            var weight = y.Weight[row];
            for (var column = 0; column < target.Length; column++)
            {
                var (left, right, share) = (x.First[column], x.Second(column), x.Weight[column]);
                var above = upper[left] * (ScaledAxis.One - share) + upper[right] * share;
                var below = lower[left] * (ScaledAxis.One - share) + lower[right] * share;
                target[column] = (byte)((above * (ScaledAxis.One - weight) + below * weight + Half) / (ScaledAxis.One * ScaledAxis.One));
            }
        }
    }
}

/// <summary>Where each sample of a scaled axis comes from: two neighbours and the share of the second.</summary>
sealed class ScaledAxis
{
    /// <summary>A whole, in the fixed point of <see cref="Weight"/>.</summary>
    public const int One = 256;

    /// <param name="from">Samples that are scaled.</param>
    /// <param name="start">The first sample that is written.</param>
    /// <param name="length">Samples that are written.</param>
    public ScaledAxis(int from, int start, int length)
    {
        (From, Start, Length) = (from, start, length);
        First = new int[length];
        Weight = new int[length];
        for (var i = 0; i < length; i++)
        {
            var at = Math.Clamp((i + 0.5) * from / length - 0.5, 0, from - 1);
            First[i] = (int)at;
            Weight[i] = (int)Math.Round((at - First[i]) * One);
        }
    }

    public int From { get; }

    public int Start { get; }

    public int Length { get; }

    public int[] First { get; }

    public int[] Weight { get; }

    public int Second(int at) => Math.Min(First[at] + 1, From - 1);
}
