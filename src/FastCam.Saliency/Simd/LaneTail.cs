namespace FastCam.Saliency.Simd;

/// <summary>The end of a map that a vector does not fit in.</summary>
static class LaneTail
{
    /// <summary>Stores as many of the first lanes as the target has room for.</summary>
    public static void Store<T>(T value, Span<float> target) where T : unmanaged, ILanes<T>
    {
        Span<float> values = stackalloc float[T.Count];
        T.Store(value, ref values[0]);
        values[..target.Length].CopyTo(target);
    }
}
