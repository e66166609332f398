using FastCam.Onnx.Input;

namespace FastCam.Tests.Onnx;

public sealed class StillToTensorTests
{
    static InputSpec Input(int width, int height, ColourOrder colours = ColourOrder.Rgb, InputLayout layout = InputLayout.Nchw) =>
        new("input", width, height, colours, [10, 20, 30], [2, 4, 8], FitRule.Crop, 1) { Layout = layout };

    static byte[] Noise(int width, int height)
    {
        var pixels = new byte[3 * width * height];
        new Random(7).NextBytes(pixels);
        return pixels;
    }

    static float[] Resample(byte[] pixels, int width, int height, InputSpec input, FitRule fit)
    {
        var planes = new float[input.Length];
        new StillToTensor(input, width, height, fit).Resample(pixels, planes);
        return planes;
    }

    [Theory]
    [InlineData(64, 64, 0, 0, 64)]
    [InlineData(256, 100, 78, 0, 100)]
    [InlineData(33, 90, 0, 28, 33)]
    [InlineData(20, 20, 0, 0, 20)]
    public void The_centre_square_is_resized_as_by_a_triangle_in_float64(int width, int height, int left, int top, int side)
    {
        const int Target = 32;
        var image = Noise(width, height);

        var planes = Resample(image, width, height, Input(Target, Target), FitRule.Crop);

        for (var colour = 0; colour < 3; colour++)
        {
            var square = Enumerable.Range(0, side * side).Select(i => (double)image[3 * ((top + i / side) * width + left + i % side) + colour]).ToArray();
            var across = Enumerable.Range(0, side).SelectMany(row => Resampled([.. square.Skip(row * side).Take(side)], Target)).ToArray();
            for (var column = 0; column < Target; column++)
            {
                var expected = Resampled([.. Enumerable.Range(0, side).Select(row => across[row * Target + column])], Target);
                // Fixed and floating point may round a half apart, in either pass.
                for (var row = 0; row < Target; row++)
                    Assert.Equal(expected[row], planes[colour * Target * Target + row * Target + column], 1.0);
            }
        }
    }

    /// <summary>One line under a triangle as wide as the reduction, each value rounded to a byte.</summary>
    static double[] Resampled(double[] line, int target)
    {
        var scale = (double)line.Length / target;
        var width = Math.Max(scale, 1);
        return [.. Enumerable.Range(0, target).Select(i =>
        {
            var weights = line.Select((_, j) => Math.Max(0, 1 - Math.Abs(j + 0.5 - (i + 0.5) * scale) / width)).ToArray();
            return Math.Round(line.Zip(weights, (value, weight) => value * weight).Sum() / weights.Sum());
        })];
    }

    /// <summary>Hashes (FNV-1a) of what Pillow 9.4 makes of the same images by resize(…, BILINEAR).</summary>
    [Theory]
    [InlineData(97, 61, 32, 3083379121)]
    [InlineData(500, 375, 224, 4103809166)]
    [InlineData(20, 33, 48, 1678119456)]
    [InlineData(1, 7, 5, 3483810126)]
    public void Every_byte_is_Pillow_s(int width, int height, int target, uint expected)
    {
        var image = new byte[3 * width * height];
        for (var i = 0; i < image.Length; i++)
        {
            var (x, y, colour) = (i / 3 % width, i / 3 / width, i % 3);
            image[i] = (byte)(x * 7 + y * 13 + colour * 50 + x * y % 17 * 11);
        }

        var planes = Resample(image, width, height, Input(target, target), FitRule.Stretch);

        var hash = 2166136261;
        for (var pixel = 0; pixel < target * target; pixel++)
        {
            for (var colour = 0; colour < 3; colour++)
                hash = (hash ^ (uint)planes[colour * target * target + pixel]) * 16777619;
        }

        Assert.Equal(expected, hash);
    }

    [Fact]
    public void What_the_input_covers_is_said_in_whole_pixels()
    {
        var input = Input(224, 224);

        Assert.Equal(new FastCam.Saliency.Imaging.SourceRectangle(75, 0, 300, 300), InputPlacement.Create(input, FitRule.Crop, 451, 300).Covered(input));
        Assert.Equal(new FastCam.Saliency.Imaging.SourceRectangle(0, 0, 451, 300), InputPlacement.Create(input, FitRule.Stretch, 451, 300).Covered(input));
        Assert.Equal(new FastCam.Saliency.Imaging.SourceRectangle(0, -56, 448, 448), InputPlacement.Create(input, FitRule.Letterbox, 448, 336).Covered(input));
    }

    [Fact]
    public void At_its_own_size_an_image_stays_as_it_is()
    {
        var image = Noise(16, 16);
        var planes = Resample(image, 16, 16, Input(16, 16), FitRule.Crop);

        for (var i = 0; i < planes.Length; i++)
            Assert.Equal(image[3 * (i % 256) + i / 256], planes[i]);
    }

    [Fact]
    public void A_letterbox_has_grey_bars_and_stretching_none()
    {
        byte[] image = [.. Enumerable.Repeat((byte)200, 3 * 40 * 20)];

        var boxed = Resample(image, 40, 20, Input(32, 32), FitRule.Letterbox);
        var stretched = Resample(image, 40, 20, Input(32, 32), FitRule.Stretch);

        for (var i = 0; i < boxed.Length; i++)
            Assert.Equal(i / 32 % 32 is >= 8 and < 24 ? 200 : 127.5f, boxed[i]);
        Assert.All(stretched, value => Assert.Equal(200, value));
    }

    [Theory]
    [InlineData(ColourOrder.Rgb, InputLayout.Nchw)]
    [InlineData(ColourOrder.Bgr, InputLayout.Nchw)]
    [InlineData(ColourOrder.Rgb, InputLayout.Nhwc)]
    [InlineData(ColourOrder.Bgr, InputLayout.Nhwc)]
    public void Each_colour_goes_to_its_plane_with_its_mean_and_deviation(ColourOrder colours, InputLayout layout)
    {
        float[] planes = [100, 101, 150, 151, 200, 201]; // red, green, blue of two pixels
        var tensor = new float[6];

        StillToTensor.Normalise(Input(2, 1, colours, layout), planes, tensor);

        for (var place = 0; place < 3; place++)
        {
            for (var pixel = 0; pixel < 2; pixel++)
            {
                var value = planes[2 * (colours == ColourOrder.Rgb ? place : 2 - place) + pixel];
                var expected = (value - new[] { 10, 20, 30 }[place]) / new[] { 2, 4, 8 }[place];
                Assert.Equal(expected, tensor[layout == InputLayout.Nchw ? 2 * place + pixel : 3 * pixel + place], 1e-4f);
            }
        }
    }
}
