using FastCam.Edge.Evaluation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Video;

namespace FastCam.Tests.Evaluation;

public sealed class NetworkPictureTests
{
    static InputSpec Input(int width, int height, ColourOrder colours = ColourOrder.Rgb, InputLayout layout = InputLayout.Nchw) =>
        new("input", width, height, colours, [10, 20, 30], [2, 4, 8], FitRule.Crop, 1) { Layout = layout };

    static StillImage Noise(int width, int height)
    {
        var pixels = new byte[3 * width * height];
        new Random(7).NextBytes(pixels);
        return new StillImage(width, height, pixels);
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

        var planes = new NetworkPicture(Input(Target, Target), FitRule.Crop).Planes(image);

        for (var colour = 0; colour < 3; colour++)
        {
            var square = Enumerable.Range(0, side * side).Select(i => (double)image.Pixels[3 * ((top + i / side) * width + left + i % side) + colour]).ToArray();
            var across = Enumerable.Range(0, side).SelectMany(row => Resampled([.. square.Skip(row * side).Take(side)], Target)).ToArray();
            for (var column = 0; column < Target; column++)
            {
                var expected = Resampled([.. Enumerable.Range(0, side).Select(row => across[row * Target + column])], Target);
                // Fixed and floating point may round a half apart, in either pass.
                for (var row = 0; row < Target; row++) Assert.Equal(expected[row], planes[colour * Target * Target + row * Target + column], 1.0);
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

    [Fact]
    public void At_its_own_size_a_picture_stays_as_it_is()
    {
        var image = Noise(16, 16);
        var planes = new NetworkPicture(Input(16, 16), FitRule.Crop).Planes(image);

        for (var i = 0; i < planes.Length; i++) Assert.Equal(image.Pixels[3 * (i % 256) + i / 256], planes[i]);
    }

    [Fact]
    public void A_letterbox_has_grey_bars_and_stretching_none()
    {
        var image = new StillImage(40, 20, [.. Enumerable.Repeat((byte)200, 3 * 40 * 20)]);

        var boxed = new NetworkPicture(Input(32, 32), FitRule.Letterbox).Planes(image);
        var stretched = new NetworkPicture(Input(32, 32), FitRule.Stretch).Planes(image);

        for (var i = 0; i < boxed.Length; i++) Assert.Equal(i / 32 % 32 is >= 8 and < 24 ? 200 : 127.5f, boxed[i]);
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

        new NetworkPicture(Input(2, 1, colours, layout), FitRule.Crop).Normalise(planes, tensor);

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
