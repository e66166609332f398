using System.Numerics;

namespace FastCam.Saliency.Simd;

/// <summary>How values that are no numbers are taken: NaN as 0, an infinity as the largest float32 of its sign.</summary>
static class FiniteFloat
{
    public static float From(float value) => float.IsNaN(value) ? 0 : Math.Clamp(value, float.MinValue, float.MaxValue);

    public static float From(double value) => double.IsNaN(value) ? 0 : (float)Math.Clamp(value, float.MinValue, float.MaxValue);

    public static Vector<float> From(Vector<float> values) => Vector.Clamp(
        Vector.ConditionalSelect(Vector.Equals(values, values), values, Vector<float>.Zero),
        new Vector<float>(float.MinValue),
        new Vector<float>(float.MaxValue));

    public static double Sum(ReadOnlySpan<float> values)
    {
        var sums = Vector<double>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(From(new Vector<float>(values[i..])), out var lower, out var upper);
            sums += lower + upper;
        }

        var sum = Vector.Sum(sums);
        for (; i < values.Length; i++)
            sum += From(values[i]);
        return sum;
    }
}
