using FastCam.Saliency.Imaging;

namespace FastCam.Tests.Saliency;

/// <summary>An I420 image in its own memory, with strides longer than the rows and guard bytes in the gaps.</summary>
sealed unsafe class TestImage
{
    const int Padding = 5;

    const byte Guard = 0xA5;

    readonly byte[] _memory;

    public TestImage(int width, int height, int seed)
    {
        Width = width;
        Height = height;
        // Pinned, so that the views stay valid.
        _memory = GC.AllocateArray<byte>((width + Padding) * height + 2 * (ChromaWidth + Padding) * ChromaHeight, pinned: true);
        Array.Fill(_memory, Guard);
        var random = new Random(seed);
        for (var plane = 0; plane < 3; plane++)
        {
            for (var y = 0; y < PlaneHeight(plane); y++)
                random.NextBytes(new Span<byte>(Row(plane, y), PlaneWidth(plane)));
        }
    }

    public int Width { get; }

    public int Height { get; }

    public I420 View => new(Start(0), Start(1), Start(2), Width, Height, Width + Padding, ChromaWidth + Padding);

    int ChromaWidth => (Width + 1) / 2;

    int ChromaHeight => (Height + 1) / 2;

    public int PlaneWidth(int plane) => plane == 0 ? Width : ChromaWidth;

    public int PlaneHeight(int plane) => plane == 0 ? Height : ChromaHeight;

    public byte Sample(int plane, int x, int y) => Row(plane, y)[x];

    public void AssertGuardsAreIntact()
    {
        for (var plane = 0; plane < 3; plane++)
        {
            for (var y = 0; y < PlaneHeight(plane); y++)
                Assert.Equal(-1, new Span<byte>(Row(plane, y) + PlaneWidth(plane), Padding).IndexOfAnyExcept(Guard));
        }
    }

    byte* Row(int plane, int y) => Start(plane) + y * (PlaneWidth(plane) + Padding);

    byte* Start(int plane)
    {
        var luma = (Width + Padding) * Height;
        var chroma = (ChromaWidth + Padding) * ChromaHeight;
        fixed (byte* memory = _memory)
            return memory + (plane == 0 ? 0 : luma + (plane - 1) * chroma);
    }
}
