using FastCam.Onnx.Input;
using FastCam.Saliency.Imaging;

namespace FastCam.Tests.Onnx;

public sealed unsafe class FrameToTensorTests
{
    static InputSpec Input(int width, int height, ColourOrder order = ColourOrder.Rgb) =>
        new("image", width, height, order, [127, 120, 110], [128, 64, 60], FitRule.Crop, 1);

    public static TheoryData<int, int, int, int, FitRule> Cases()
    {
        var cases = new TheoryData<int, int, int, int, FitRule>();
        foreach (var fit in Enum.GetValues<FitRule>())
        {
            cases.Add(640, 360, 224, 224, fit);
            cases.Add(641, 359, 224, 224, fit);
            cases.Add(31, 77, 64, 48, fit);
            cases.Add(1, 1, 8, 8, fit);
            cases.Add(224, 224, 224, 224, fit);
            cases.Add(97, 61, 33, 19, fit);
            cases.Add(97, 61, 3, 5, fit);
            cases.Add(2, 3, 17, 15, fit);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Agrees_with_a_float64_oracle(int frameWidth, int frameHeight, int width, int height, FitRule fit)
    {
        var pixels = Noise(frameWidth, frameHeight);
        var input = Input(width, height);
        var rectangle = Fit.Rectangle(fit, frameWidth, frameHeight, width, height);
        var tensor = new float[input.Length];
        fixed (byte* data = pixels)
            new FrameToTensor(input, frameWidth, frameHeight, rectangle).Apply(I420.Packed(data, frameWidth, frameHeight), tensor);

        var worst = 0.0;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var expected = Oracle(
                    pixels, frameWidth, frameHeight, rectangle.X + (x + 0.5) * rectangle.Width / width, rectangle.Y + (y + 0.5) * rectangle.Height / height);
                for (var colour = 0; colour < 3; colour++)
                    worst = Math.Max(worst, Math.Abs((expected[colour] - input.Mean[colour]) / input.Std[colour] - tensor[(colour * height + y) * width + x]));
            }
        }
        Assert.True(worst < 1e-3, $"worst error {worst}");
    }

    [Theory]
    [InlineData(1280, 720, FitRule.Stretch)]
    [InlineData(641, 359, FitRule.Crop)]
    [InlineData(30, 20, FitRule.Letterbox)]
    public void Antialiasing_weighs_every_pixel_that_an_output_covers(int frameWidth, int frameHeight, FitRule fit)
    {
        const int Side = 32;
        var pixels = Noise(frameWidth, frameHeight);
        pixels.AsSpan(frameWidth * frameHeight).Fill(128);
        var rectangle = Fit.Rectangle(fit, frameWidth, frameHeight, Side, Side);
        var tensor = new float[3 * Side * Side];
        fixed (byte* data = pixels)
        {
            new FrameToTensor(
                new InputSpec("i", Side, Side, ColourOrder.Rgb, [0, 0, 0], [1, 1, 1], fit, 1), frameWidth, frameHeight, rectangle, antialias: true)
                .Apply(I420.Packed(data, frameWidth, frameHeight), tensor);
        }

        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var (across, down) = (rectangle.X + (x + 0.5) * rectangle.Width / Side, rectangle.Y + (y + 0.5) * rectangle.Height / Side);
                var expected = across < 0 || down < 0 || across > frameWidth || down > frameHeight
                    ? 127.5
                    : Triangle(pixels, frameWidth, frameHeight, across, down, rectangle.Width / Side, rectangle.Height / Side);
                Assert.Equal(expected, tensor[y * Side + x], 1e-3);
            }
        }
    }

    [Theory]
    [InlineData(5, 4)]
    [InlineData(40, 21)]
    public void Nhwc_has_the_same_values_colour_by_colour(int width, int height)
    {
        var (planar, interleaved) = (new float[3 * width * height], new float[3 * width * height]);
        var rectangle = Fit.Rectangle(FitRule.Letterbox, 64, 36, width, height);
        fixed (byte* data = Noise(64, 36))
        {
            var frame = I420.Packed(data, 64, 36);
            new FrameToTensor(Input(width, height), 64, 36, rectangle).Apply(frame, planar);
            new FrameToTensor(Input(width, height) with { Layout = InputLayout.Nhwc }, 64, 36, rectangle).Apply(frame, interleaved);
        }

        Assert.Equal(planar, Enumerable.Range(0, 3).SelectMany(colour => interleaved.Where((_, i) => i % 3 == colour)));
    }

    [Fact]
    public void Bgr_swaps_the_planes_with_their_means()
    {
        var pixels = Noise(64, 64);
        var rgb = new float[3 * 16 * 16];
        var bgr = new float[3 * 16 * 16];
        var rectangle = Fit.Rectangle(FitRule.Stretch, 64, 64, 16, 16);
        fixed (byte* data = pixels)
        {
            var frame = I420.Packed(data, 64, 64);
            new FrameToTensor(new InputSpec("i", 16, 16, ColourOrder.Rgb, [1, 2, 3], [4, 5, 6], FitRule.Stretch, 1), 64, 64, rectangle).Apply(frame, rgb);
            new FrameToTensor(new InputSpec("i", 16, 16, ColourOrder.Bgr, [3, 2, 1], [6, 5, 4], FitRule.Stretch, 1), 64, 64, rectangle).Apply(frame, bgr);
        }

        Assert.Equal(rgb[..256], bgr[512..]);
        Assert.Equal(rgb[256..512], bgr[256..512]);
        Assert.Equal(rgb[512..], bgr[..256]);
        Assert.NotEqual(rgb[..256], rgb[512..]);
    }

    [Theory]
    [InlineData(FitRule.Crop, 1920, 1080, 420, 0, 1080, 1080)]
    [InlineData(FitRule.Stretch, 1920, 1080, 0, 0, 1920, 1080)]
    [InlineData(FitRule.Letterbox, 1920, 1080, 0, -420, 1920, 1920)]
    [InlineData(FitRule.Crop, 480, 640, 0, 80, 480, 480)]
    [InlineData(FitRule.Letterbox, 480, 640, -80, 0, 640, 640)]
    public void The_rectangle_is_what_the_rule_says(FitRule fit, int width, int height, double x, double y, double w, double h) =>
        Assert.Equal(new SourceRectangle(x, y, w, h), Fit.Rectangle(fit, width, height, 224, 224));

    [Fact]
    public void A_crop_fraction_shrinks_the_square_about_its_centre() =>
        Assert.Equal(new SourceRectangle(70, 20, 60, 60), Fit.Rectangle(FitRule.Crop, 200, 100, 224, 224, 0.6));

    [Fact]
    public void Filling_a_tensor_allocates_nothing()
    {
        var input = Input(224, 224);
        var transform = new FrameToTensor(input, 640, 360, Fit.Rectangle(FitRule.Crop, 640, 360, 224, 224));
        var tensor = new float[input.Length];
        fixed (byte* data = Noise(640, 360))
        {
            var frame = I420.Packed(data, 640, 360);
            for (var i = 0; i < 50; i++)
                transform.Apply(frame, tensor); // Until it is compiled for good.
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10; i++)
                transform.Apply(frame, tensor);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    static byte[] Noise(int width, int height)
    {
        var bytes = new byte[width * height + 2 * ((width + 1) / 2) * ((height + 1) / 2)];
        new Random(3).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Red, green and blue at a point of the frame, in edge coordinates.</summary>
    static double[] Oracle(byte[] pixels, int width, int height, double x, double y)
    {
        if (x < 0 || y < 0 || x > width || y > height)
            return [127.5, 127.5, 127.5];
        var (chromaWidth, chromaHeight) = ((width + 1) / 2, (height + 1) / 2);
        var luma = Bilinear(pixels, 0, width, height, x - 0.5, y - 0.5);
        var u = Bilinear(pixels, width * height, chromaWidth, chromaHeight, x / 2 - 0.5, y / 2 - 0.5) - 128;
        var v = Bilinear(pixels, width * height + chromaWidth * chromaHeight, chromaWidth, chromaHeight, x / 2 - 0.5, y / 2 - 0.5) - 128;
        return [Math.Clamp(luma + 1.402 * v, 0, 255), Math.Clamp(luma - 0.344136 * u - 0.714136 * v, 0, 255), Math.Clamp(luma + 1.772 * u, 0, 255)];
    }

    /// <summary>Every pixel of the frame, weighed by a triangle as wide as twice the reduction.</summary>
    static double Triangle(byte[] plane, int width, int height, double x, double y, double stepX, double stepY)
    {
        (x, y) = (Math.Clamp(x, 0.5, width - 0.5), Math.Clamp(y, 0.5, height - 0.5));
        double sum = 0, weights = 0;
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                var weight = Math.Max(0, 1 - Math.Abs(column + 0.5 - x) / Math.Max(stepX, 1)) * Math.Max(0, 1 - Math.Abs(row + 0.5 - y) / Math.Max(stepY, 1));
                sum += weight * plane[row * width + column];
                weights += weight;
            }
        }
        return sum / weights;
    }

    static double Bilinear(byte[] plane, int offset, int width, int height, double x, double y)
    {
        x = Math.Clamp(x, 0, width - 1);
        y = Math.Clamp(y, 0, height - 1);
        var (x0, y0) = ((int)x, (int)y);
        var (x1, y1) = (Math.Min(x0 + 1, width - 1), Math.Min(y0 + 1, height - 1));
        double At(int column, int row) => plane[offset + row * width + column];
        var (fx, fy) = (x - x0, y - y0);
        return (At(x0, y0) * (1 - fx) + At(x1, y0) * fx) * (1 - fy) + (At(x0, y1) * (1 - fx) + At(x1, y1) * fx) * fy;
    }
}
