using System.Text;
using FastCam.Onnx.Operator;
using Microsoft.ML.OnnxRuntime;
using OrtApi = FastCam.Onnx.Operator.OrtApi;

namespace FastCam.Onnx.Runtime;

/// <summary>
/// An input that is bound again before each pass: on a device ONNX Runtime copies it when it is bound, and never again. 0 managed bytes, which the C# API's
/// own call cannot do: it encodes the name each time.
/// </summary>
sealed unsafe class InputBinding : IDisposable
{
    readonly OrtIoBinding _binding;
    readonly byte[] _encodedName;
    nint _native;

    /// <param name="binding">The slot's.</param>
    /// <param name="name">The input's name.</param>
    /// <param name="value">The input, in native memory.</param>
    public InputBinding(OrtIoBinding binding, string name, OrtValue value)
    {
        _binding = binding;
        _encodedName = Encoding.UTF8.GetBytes(name + '\0');
        var tensor = value.GetTensorTypeAndShape();
        var bytes = value.GetTensorMutableRawData();
        nint native;
        fixed (byte* memory = bytes)
        fixed (long* shape = tensor.Shape)
            OrtApi.Check(OrtApi.CreateTensor(OrtMemoryInfo.DefaultInstance.DangerousGetHandle(), memory, (nuint)bytes.Length, shape, (nuint)tensor.Shape.Length, (int)tensor.ElementDataType, &native));
        _native = native;
    }

    /// <summary>Lets the next pass see what the input holds now.</summary>
    /// <exception cref="OperatorException">ONNX Runtime cannot copy it.</exception>
    public void Bind()
    {
        fixed (byte* name = _encodedName) OrtApi.Check(OrtApi.BindInput(_binding.DangerousGetHandle(), name, _native));
    }

    public void Dispose()
    {
        if (_native != 0) OrtApi.ReleaseValue(_native);
        _native = 0;
    }
}
