namespace FastCam.Saliency.Simd;

/// <summary>How values that are no numbers are taken: NaN as 0, an infinity as the largest float32 of its sign.</summary>
static class FiniteFloat
{
    public static float From(float value) => float.IsNaN(value) ? 0 : Math.Clamp(value, float.MinValue, float.MaxValue);

    public static float From(double value) => double.IsNaN(value) ? 0 : (float)Math.Clamp(value, float.MinValue, float.MaxValue);
}
