namespace FastCam.Onnx.Operator;

/// <summary>What one node of a session does: a statistic of each pixel of a tensor. Passes may overlap: a kernel holds nothing of any one.</summary>
abstract unsafe class OperatorKernel
{
    /// <summary>Bytes of one value of the input.</summary>
    public abstract int ValueSize { get; }

    /// <summary>Where the images are in a tensor.</summary>
    /// <param name="dimensions">The tensor's.</param>
    /// <exception cref="OperatorException">The operator takes no such tensor.</exception>
    public abstract TensorImages Describe(ReadOnlySpan<long> dimensions);

    /// <summary>Some neighbouring pixels of one image, on any thread.</summary>
    /// <param name="image">The image's values.</param>
    /// <param name="shape">What <see cref="Describe"/> said.</param>
    /// <param name="start">The first pixel.</param>
    /// <param name="map">One value for each of them.</param>
    public abstract void Compute(void* image, TensorImages shape, int start, Span<float> map);
}

/// <summary>The images in a tensor.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Channels">Values of one pixel, those that only fill up the layout included.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
readonly record struct TensorImages(int Count, int Channels, int Height, int Width)
{
    public int Pixels => Height * Width;

    public int Values => Channels * Pixels;

    /// <exception cref="OperatorException">There are not four dimensions, or one is empty or beyond an array's length.</exception>
    public static TensorImages From(ReadOnlySpan<long> dimensions, int channels = 1, int rows = 2, int columns = 3)
    {
        if (dimensions.Length != 4) throw new OperatorException($"a statistic is taken of a tensor of 4 dimensions, and this has {dimensions.Length}");
        long values = 1;
        foreach (var size in dimensions)
        {
            values = size is > 0 and <= int.MaxValue ? values * size : 0;
            if (values is 0 or > int.MaxValue) throw new OperatorException($"a statistic cannot be taken of {string.Join('×', dimensions.ToArray())} values");
        }
        return new TensorImages((int)dimensions[0], (int)dimensions[channels], (int)dimensions[rows], (int)dimensions[columns]);
    }
}
