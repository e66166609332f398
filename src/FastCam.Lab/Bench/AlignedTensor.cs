using System.Runtime.InteropServices;

namespace FastCam.Lab.Bench;

/// <summary>A tensor on whole cache lines, as ONNX Runtime has its own: every vector that straddled two would cost two reads.</summary>
sealed unsafe class AlignedTensor<T>(int length) : IDisposable where T : unmanaged
{
    const int CacheLine = 64;

    readonly T* _values = (T*)NativeMemory.AlignedAlloc((nuint)length * (nuint)sizeof(T), CacheLine);

    public Span<T> Values => new(_values, length);

    public void Dispose() => NativeMemory.AlignedFree(_values);
}
