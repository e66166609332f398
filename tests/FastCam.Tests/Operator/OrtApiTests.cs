using System.Runtime.InteropServices;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Saliency.Statistics;
using Microsoft.ML.OnnxRuntime;
using OrtApi = FastCam.Onnx.Runtime.OrtApi;

namespace FastCam.Tests.Operator;

public sealed unsafe class OrtApiTests
{
    const int Float = 1;

    [Theory]
    [InlineData(1, 64, 112, 96)]
    [InlineData(5, 3, 2, 7)]
    public void A_shape_that_is_looked_at_is_the_tensors_own(int count, int channels, int height, int width)
    {
        var kernel = new PlanarKernel((PartStatistic)Statistic.Create("smoe")!);
        var images = new TensorImages(count, channels, height, width);

        WithTensor([count, channels, height, width], tensor => Assert.Equal(images, OperatorPass.Describe(kernel, tensor)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(9)]
    public void A_shape_of_other_than_four_dimensions_is_refused(int rank)
    {
        var kernel = new PlanarKernel((PartStatistic)Statistic.Create("smoe")!);

        WithTensor([.. Enumerable.Repeat(2L, rank)], tensor =>
            Assert.Contains("4 dimensions", Assert.Throws<OperatorException>(() => OperatorPass.Describe(kernel, tensor)).Message));
    }

    static void WithTensor(long[] shape, Action<nint> use)
    {
        var bytes = (nuint)(shape.Aggregate(1L, (product, size) => product * size) * sizeof(float));
        var memory = NativeMemory.AllocZeroed(bytes);
        nint tensor;
        fixed (long* dimensions = shape)
        {
            OrtApi.Check(
                OrtApi.CreateTensor(OrtMemoryInfo.DefaultInstance.DangerousGetHandle(), memory, bytes, dimensions, (nuint)shape.Length, Float, &tensor));
        }
        try
        {
            use(tensor);
        }
        finally
        {
            OrtApi.ReleaseValue(tensor);
            NativeMemory.Free(memory);
        }
    }
}
