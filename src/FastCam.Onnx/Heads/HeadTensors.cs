using FastCam.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Heads;

/// <summary>The memory of all outputs that a head reads, for one pass.</summary>
sealed class HeadTensors : IDisposable
{
    readonly NativeTensor[] _tensors;

    /// <param name="head">The head.</param>
    /// <param name="binding">The outputs are bound to it.</param>
    public HeadTensors(OutputHead head, OrtIoBinding binding)
    {
        _tensors = new NativeTensor[head.Outputs.Count];
        try
        {
            foreach (var (index, output) in head.Outputs.Index())
            {
                _tensors[index] = new NativeTensor([.. output.Shape]);
                binding.BindOutput(output.Name, _tensors[index].Value);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>An output's values, by its place in <see cref="OutputHead.Outputs"/>.</summary>
    public ReadOnlySpan<float> this[int output] => _tensors[output].Floats;

    public void Dispose()
    {
        foreach (var tensor in _tensors)
            tensor?.Dispose();
    }
}
