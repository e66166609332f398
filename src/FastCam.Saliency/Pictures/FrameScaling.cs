namespace FastCam.Saliency;

/// <summary>
/// Scaling a part of a frame to another size, bilinear with antialiasing: a triangle filter as wide as a target pixel is on
/// the frame, and never narrower than a frame pixel. For stills: the filters are computed in each call.
/// </summary>
static unsafe class FrameScaling
{
    public static void Scale(in I420 frame, SourceRectangle rectangle, in I420 target)
    {
        rectangle.ThrowIfEmpty(nameof(rectangle));
        Plane(frame.Y, frame.StrideY, target.Y, target.StrideY, 0,
            Filter(rectangle.X, rectangle.Width, frame.Width, target.Width, 1),
            Filter(rectangle.Y, rectangle.Height, frame.Height, target.Height, 1));
        var columns = Filter(rectangle.X, rectangle.Width, frame.Width, target.Width, 2);
        var rows = Filter(rectangle.Y, rectangle.Height, frame.Height, target.Height, 2);
        Plane(frame.U, frame.StrideUV, target.U, target.StrideUV, Bt601.Neutral, columns, rows);
        Plane(frame.V, frame.StrideUV, target.V, target.StrideUV, Bt601.Neutral, columns, rows);
    }

    static void Plane(byte* source, int sourceStride, byte* target, int targetStride, byte black, Tap[] columns, Tap[] rows)
    {
        var mixed = new float[columns.Max(tap => tap.First + tap.Weights.Length)];
        for (var y = 0; y < rows.Length; y++)
        {
            Array.Clear(mixed);
            for (var i = 0; i < rows[y].Weights.Length; i++)
            {
                var row = source + (nint)(rows[y].First + i) * sourceStride;
                for (var x = 0; x < mixed.Length; x++)
                    mixed[x] += row[x] * rows[y].Weights[i];
            }

            for (var x = 0; x < columns.Length; x++)
                target[(nint)y * targetStride + x] = rows[y].Weights.Length == 0 || columns[x].Weights.Length == 0 ? black : Sample(mixed, columns[x]);
        }
    }

    static byte Sample(float[] row, Tap tap)
    {
        var sum = 0f;
        for (var i = 0; i < tap.Weights.Length; i++)
            sum += row[tap.First + i] * tap.Weights[i];
        return (byte)Math.Clamp(sum + 0.5f, 0, 255);
    }

    /// <summary>For each target sample the source samples that it mixes; none where its centre lies outside the frame.</summary>
    static Tap[] Filter(double origin, double length, int frame, int target, int pitch)
    {
        var (samples, targets) = ((frame + pitch - 1) / pitch, (target + pitch - 1) / pitch);
        var step = length / target;
        var reach = Math.Max(step, 1);
        var taps = new Tap[targets];
        for (var i = 0; i < targets; i++)
        {
            var position = origin + (i + 0.5) * pitch * step;
            // The last chroma sample of an odd length has its centre on the edge, but for rounding.
            if (position < 0 || position > frame + 1e-6)
            {
                taps[i] = new Tap(0, []);
                continue;
            }

            var centre = Math.Clamp(position / pitch - 0.5, 0, samples - 1);
            var first = Math.Max(0, (int)Math.Floor(centre - reach) + 1);
            var last = Math.Min(samples - 1, (int)Math.Ceiling(centre + reach) - 1);
            var weights = Enumerable.Range(first, last - first + 1).Select(sample => (float)(1 - Math.Abs(sample - centre) / reach)).ToArray();
            var sum = weights.Sum();
            taps[i] = new Tap(first, [.. weights.Select(weight => weight / sum)]);
        }

        return taps;
    }

    readonly record struct Tap(int First, float[] Weights);
}
