using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace FastCam.Onnx.Runtime;

/// <summary>A tensor in native memory of its own, zero at first, at the beginning of a cache line.</summary>
sealed unsafe class NativeTensor : IDisposable
{
    const int CacheLine = 64;

    void* _memory;

    /// <param name="shape">Its dimensions.</param>
    /// <param name="type">Float, half precision or bytes.</param>
    public NativeTensor(long[] shape, TensorElementType type = TensorElementType.Float)
    {
        Length = checked((int)shape.Aggregate(1L, (product, size) => checked(product * size)));
        var bytes = (nuint)Length * (type switch { TensorElementType.Float => sizeof(float), TensorElementType.Float16 => (nuint)2, _ => 1 });
        _memory = NativeMemory.AlignedAlloc(bytes, CacheLine);
        NativeMemory.Clear(_memory, bytes);
        try
        {
            Value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, shape, (nint)_memory, (long)bytes);
        }
        catch
        {
            NativeMemory.AlignedFree(_memory);
            throw;
        }
    }

    /// <summary>The same for ONNX Runtime.</summary>
    public OrtValue Value { get; }

    /// <summary>Numbers in it; 0 once it is disposed.</summary>
    public int Length { get; private set; }

    /// <summary>The values of a tensor of floats.</summary>
    public Span<float> Floats => new(_memory, Length);

    /// <summary>The values of a tensor of numbers in half precision.</summary>
    public Span<Half> Halves => new(_memory, Length);

    /// <summary>The values of a tensor of bytes.</summary>
    public Span<byte> Bytes => new(_memory, Length);

    public void Dispose()
    {
        if (_memory == null)
            return;
        Value.Dispose();
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        Length = 0;
    }
}
