using FastCam.Saliency;

namespace FastCam.Onnx.Operator;

/// <summary>SMOE Scale of a float32 N×C×H×W tensor.</summary>
sealed unsafe class PlanarSmoe(float epsilon) : OperatorKernel
{
    public override int ValueSize => sizeof(float);

    public override TensorImages Describe(ReadOnlySpan<long> dimensions) => TensorImages.From(dimensions);

    public override void Compute(void* image, TensorImages shape, int start, Span<float> map) =>
        SmoeScale.ComputePart(new ReadOnlySpan<float>(image, shape.Values), shape.Channels, start, map, epsilon);
}
