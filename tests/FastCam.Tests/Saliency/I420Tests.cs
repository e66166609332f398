using FastCam.Saliency.Imaging;

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

    [Fact]
    public void A_part_begins_on_even_samples_and_lies_in_the_picture()
    {
        var picture = new Picture(21, 15, seed: 1);
        var part = picture.View.Part(4, 6, 17, 9);
        Assert.Equal((17, 9, 9, 5), (part.Width, part.Height, part.ChromaWidth, part.ChromaHeight));
        Assert.Equal(
            (picture.Sample(0, 5, 8), picture.Sample(1, 3, 4), picture.Sample(2, 10, 7)),
            (part.Y[2 * part.StrideY + 1], part.U[part.StrideUV + 1], part.V[4 * part.StrideUV + 8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => picture.View.Part(3, 0, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => picture.View.Part(0, 3, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => picture.View.Part(-2, 0, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => picture.View.Part(4, 0, 18, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => picture.View.Part(0, 8, 2, 8));
    }

    [Fact]
    public void A_copy_is_the_same_within_its_own_strides()
    {
        var (picture, copy) = (new Picture(21, 15, seed: 1), new Picture(21, 15, seed: 2));
        picture.View.CopyTo(copy.View);
        for (var plane = 0; plane < 3; plane++)
            Assert.Equal(picture.Sample(plane, 7, 5), copy.Sample(plane, 7, 5));
        copy.AssertGuardsAreIntact();
        Assert.Throws<ArgumentException>(() => picture.View.CopyTo(picture.View.Part(0, 0, 20, 15)));
    }
}
