namespace FastCam.Saliency.Simd;

/// <summary>The blending of bytes on one SIMD width, as <see cref="ILanes{T}"/> is float32 arithmetic.</summary>
interface IByteLanes<T> where T : unmanaged, IByteLanes<T>
{
    static abstract int Count { get; }

    static abstract T Load(ref readonly byte source);

    static abstract void Store(T value, ref byte destination);

    /// <summary>(left · leftWeight + right · rightWeight) / 256, rounded. The weights are 0 to 256 and so is their sum.</summary>
    static abstract T Mix(T left, ushort leftWeight, T right, ushort rightWeight);
}
