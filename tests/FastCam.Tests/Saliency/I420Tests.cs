using FastCam.Saliency;

namespace FastCam.Tests.Saliency;

public sealed unsafe class I420Tests
{
    [Theory]
    [InlineData(4, 2, 2, 1)]
    [InlineData(5, 3, 3, 2)]
    [InlineData(1, 1, 1, 1)]
    public void Packed_planes_follow_one_another(int width, int height, int chromaWidth, int chromaHeight)
    {
        var data = (byte*)1000;
        var picture = I420.Packed(data, width, height);
        Assert.Equal((width, height, chromaWidth, chromaHeight), (picture.Width, picture.Height, picture.ChromaWidth, picture.ChromaHeight));
        Assert.Equal((width, chromaWidth), (picture.StrideY, picture.StrideUV));
        Assert.Equal(0, picture.Y - data);
        Assert.Equal(width * height, picture.U - data);
        Assert.Equal(width * height + chromaWidth * chromaHeight, picture.V - data);
    }

    [Fact]
    public void Impossible_sizes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => I420.Packed(null, 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => I420.Packed(null, 2, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new I420(null, null, null, 5, 3, 4, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new I420(null, null, null, 5, 3, 5, 2));
    }
}
