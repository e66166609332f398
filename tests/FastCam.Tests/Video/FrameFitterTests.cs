using FastCam.Video.Frames;
using FastCam.Video.Writers;

namespace FastCam.Tests.Video;

public sealed class FrameFitterTests
{
    public static TheoryData<FrameFormat, FrameFormat> Sizes => new()
    {
        { new(320, 180), new(320, 180) },
        { new(640, 360), new(320, 180) },
        { new(161, 99), new(320, 180) },
        { new(180, 320), new(321, 181) },
        { new(1, 1), new(64, 48) },
        { new(641, 359), new(33, 17) },
        { new(2000, 3), new(64, 48) },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_sample_is_where_the_oracle_has_it(FrameFormat from, FrameFormat to)
    {
        var pixels = new byte[from.ByteCount];
        new Random(1).NextBytes(pixels);
        var fitter = new FrameFitter(to);
        fitter.Fit(new(7, 5), new byte[new FrameFormat(7, 5).ByteCount]); // the remains of another size must not show
        var fitted = fitter.Fit(from, pixels);

        Assert.Equal(to.ByteCount, fitted.Length);
        var scale = Math.Min((double)to.Width / from.Width, (double)to.Height / from.Height);
        var width = Math.Clamp((int)Math.Round(from.Width * scale), 1, to.Width);
        var height = Math.Clamp((int)Math.Round(from.Height * scale), 1, to.Height);
        var (left, top) = ((to.Width - width) / 4 * 2, (to.Height - height) / 4 * 2);
        Compare(
            pixels.AsSpan(0, from.LumaByteCount), (from.Width, from.Height), fitted[..to.LumaByteCount], (to.Width, to.Height),
            (left, top, width, height), 0);
        for (var plane = 0; plane < 2; plane++)
        {
            Compare(
                pixels.AsSpan(from.LumaByteCount + plane * from.ChromaByteCount, from.ChromaByteCount), (from.ChromaWidth, from.ChromaHeight),
                fitted.Slice(to.LumaByteCount + plane * to.ChromaByteCount, to.ChromaByteCount), (to.ChromaWidth, to.ChromaHeight),
                (left / 2, top / 2, (width + 1) / 2, (height + 1) / 2), 128);
        }
    }

    [Fact]
    public void A_size_that_stays_allocates_nothing()
    {
        var fitter = new FrameFitter(new(64, 48));
        var pixels = new byte[new FrameFormat(100, 100).ByteCount];
        fitter.Fit(new(100, 100), pixels);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            fitter.Fit(new(100, 100), pixels);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    // Samples are compared one by one with float64. The tolerance is half a level for the fixed point's weights in each direction,
    // and half a level for rounding.
    static void Compare(
        ReadOnlySpan<byte> from, (int Width, int Height) size, ReadOnlySpan<byte> to, (int Width, int Height) room,
        (int Left, int Top, int Width, int Height) place, byte outside)
    {
        for (var y = 0; y < room.Height; y++)
        {
            for (var x = 0; x < room.Width; x++)
            {
                var (column, row) = (x - place.Left, y - place.Top);
                var inside = column >= 0 && column < place.Width && row >= 0 && row < place.Height;
                var (fromX, fromY) = ((column + 0.5) * size.Width / place.Width - 0.5, (row + 0.5) * size.Height / place.Height - 0.5);
                var expected = inside ? Sample(from, size, fromX, fromY) : outside;
                Assert.InRange(to[y * room.Width + x], expected - 1.5, expected + 1.5);
            }
        }
    }

    static double Sample(ReadOnlySpan<byte> plane, (int Width, int Height) size, double x, double y)
    {
        (x, y) = (Math.Clamp(x, 0, size.Width - 1), Math.Clamp(y, 0, size.Height - 1));
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (right, bottom) = (Math.Min(left + 1, size.Width - 1), Math.Min(top + 1, size.Height - 1));
        var (u, v) = (x - left, y - top);
        return (1 - v) * ((1 - u) * plane[top * size.Width + left] + u * plane[top * size.Width + right])
            + v * ((1 - u) * plane[bottom * size.Width + left] + u * plane[bottom * size.Width + right]);
    }
}
