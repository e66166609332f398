using System.Diagnostics;
using System.Runtime.InteropServices;
using FastCam.Onnx.Runtime;

namespace FastCam.Onnx.Operator;

/// <summary>
/// One call of a kernel: reads ONNX Runtime's input, makes the map, shares the pixels out among ONNX Runtime's threads, and says that
/// the map is made. 0 managed bytes.
/// </summary>
static unsafe class OperatorPass
{
    const int Rank = 4;

    /// <summary>
    /// Values in a part, unless there would be more than <see cref="MostParts"/>: enough to be worth handing over, few enough that no
    /// thread waits long for another.
    /// </summary>
    const int PartValues = 1 << 15;

    /// <summary>Parts of an image: enough for as many threads as are of use to read a tensor, few enough that their beginnings do not weigh.</summary>
    const int MostParts = 16;

    /// <summary>The widest vector; parts begin at whole ones, and none is shorter than one.</summary>
    const int VectorPixels = 16;

    struct Work
    {
        public nint Kernel;
        public byte* Input;
        public float* Output;
        public TensorImages Images;
        public int PartsPerImage;
        public nint Failure;
    }

    /// <exception cref="OperatorException">The input is not what the kernel takes, ONNX Runtime refuses the output, or
    /// <see cref="PassWork"/> that awaited the map failed.</exception>
    public static void Run(nint kernel, nint context)
    {
        var work = new Work { Kernel = kernel };
        var owner = Kernel(kernel);
        nint input, output;
        void* values;
        OrtApi.Check(OrtApi.GetInput(context, 0, &input));
        work.Images = Describe(owner, input);
        OrtApi.Check(OrtApi.GetTensorData(input, &values));
        work.Input = (byte*)values;
        var shape = stackalloc long[Rank] { work.Images.Count, 1, work.Images.Height, work.Images.Width };
        OrtApi.Check(OrtApi.GetOutput(context, 0, shape, Rank, &output));
        OrtApi.Check(OrtApi.GetTensorData(output, &values));
        work.Output = (float*)values;
        work.PartsPerImage = Math.Clamp(work.Images.Values / PartValues, 1, Math.Clamp(work.Images.Pixels / (2 * VectorPixels), 1, MostParts));
        OrtApi.Check(OrtApi.ParallelFor(context, &Part, (nuint)work.PartsPerImage * (nuint)work.Images.Count, 0, &work));
        if (work.Failure != 0)
        {
            using var failure = GCHandle<Exception>.FromIntPtr(work.Failure);
            throw new OperatorException(failure.Target.Message);
        }
        PassWork.MapIsMade(context);
    }

    static OperatorKernel Kernel(nint kernel) => GCHandle<OperatorKernel>.FromIntPtr(kernel).Target;

    internal static TensorImages Describe(OperatorKernel kernel, nint tensor)
    {
        int type;
        long* dimensions;
        nuint rank;
        OrtApi.Check(OrtApi.GetShape(tensor, &type, &dimensions, &rank));
        return kernel.Describe(new ReadOnlySpan<long>(dimensions, (int)rank));
    }

    [UnmanagedCallersOnly]
    static void Part(void* argument, nuint index)
    {
        var work = (Work*)argument;
        try
        {
            var images = work->Images;
            var (image, part) = Math.DivRem((int)index, work->PartsPerImage);
            var (start, end) = (Bound(images.Pixels, part, work->PartsPerImage), Bound(images.Pixels, part + 1, work->PartsPerImage));
            var kernel = Kernel(work->Kernel);
            var map = new Span<float>(work->Output + (nint)image * images.Pixels + start, end - start);
            kernel.Compute(work->Input + (nint)image * images.Values * kernel.ValueSize, images, start, map);
        }
        catch (Exception e)
        {
            // An exception that left a callback would end the process. The first is kept, for the thread that asked.
            var handle = new GCHandle<Exception>(e);
            if (Interlocked.CompareExchange(ref work->Failure, GCHandle<Exception>.ToIntPtr(handle), 0) != 0)
                handle.Dispose();
        }
    }

    static int Bound(int pixels, int part, int parts) =>
        part == parts ? pixels : (int)((long)pixels / VectorPixels * part / parts) * VectorPixels;
}

/// <summary>A clock of what the maps cost within passes.</summary>
public static class OperatorTime
{
    /// <summary>
    /// What the operators of the passes that this thread ran have taken so far, with what was made of their maps within the pass, and
    /// the waits for the threads that helped: ONNX Runtime calls operators on the thread that runs the pass. The difference between
    /// two readings is the cost of the passes between.
    /// </summary>
    public static TimeSpan Total => Stopwatch.GetElapsedTime(0, OperatorDomain.Ticks);
}
