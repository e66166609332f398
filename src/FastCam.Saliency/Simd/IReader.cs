using System.Runtime.CompilerServices;

namespace FastCam.Saliency.Simd;

/// <summary>How the elements of a tensor become numbers.</summary>
interface IReader<TElement> where TElement : unmanaged
{
    /// <summary>Neighbouring elements, one a lane.</summary>
    T Load<T>(ref readonly TElement source) where T : unmanaged, ILanes<T>;

    /// <summary>One element, always finite.</summary>
    double Value(TElement element);
}

/// <summary>Float32 activations, none negative. Lanes that are no number are left to be found in the sum.</summary>
readonly struct FloatReader : IReader<float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Load<T>(ref readonly float source) where T : unmanaged, ILanes<T> => T.Max(T.Load(in source), T.Create(0));

    public double Value(float element) => element > 0 ? Math.Min(element, float.MaxValue) : 0;
}

/// <summary>Float32 numbers of either sign. Lanes that are no number are left to be found in the result.</summary>
readonly struct NumberReader : IReader<float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Load<T>(ref readonly float source) where T : unmanaged, ILanes<T> => T.Load(in source);

    public double Value(float element) => Simd.FiniteFloat.From(element);
}

/// <summary>Quantised activations, in steps above the zero point.</summary>
/// <param name="flip">0x80 where the bytes are signed, which brings them to the unsigned order; else 0.</param>
/// <param name="zero">The zero point in that order.</param>
readonly struct ByteReader(byte flip, byte zero) : IReader<byte>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Load<T>(ref readonly byte source) where T : unmanaged, ILanes<T> => T.LoadBytes(in source, flip, zero);

    public double Value(byte element) => Math.Max((element ^ flip) - zero, 0);
}

/// <summary>Unsigned quantised activations with the zero point 0, the usual case behind a ReLU: the bytes are the steps above it.</summary>
readonly struct StepReader : IReader<byte>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Load<T>(ref readonly byte source) where T : unmanaged, ILanes<T> => T.LoadBytes(in source);

    public double Value(byte element) => element;
}
