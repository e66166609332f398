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
        var image = I420.Packed(data, width, height);
        Assert.Equal((width, height, chromaWidth, chromaHeight), (image.Width, image.Height, image.ChromaWidth, image.ChromaHeight));
        Assert.Equal((width, chromaWidth), (image.StrideY, image.StrideUV));
        Assert.Equal(0, image.Y - data);
        Assert.Equal(width * height, image.U - data);
        Assert.Equal(width * height + chromaWidth * chromaHeight, image.V - data);
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
    public void A_part_begins_on_even_samples_and_lies_in_the_image()
    {
        var image = new TestImage(21, 15, seed: 1);
        var part = image.View.Part(4, 6, 17, 9);
        Assert.Equal((17, 9, 9, 5), (part.Width, part.Height, part.ChromaWidth, part.ChromaHeight));
        Assert.Equal(
            (image.Sample(0, 5, 8), image.Sample(1, 3, 4), image.Sample(2, 10, 7)),
            (part.Y[2 * part.StrideY + 1], part.U[part.StrideUV + 1], part.V[4 * part.StrideUV + 8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.View.Part(3, 0, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.View.Part(0, 3, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.View.Part(-2, 0, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.View.Part(4, 0, 18, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.View.Part(0, 8, 2, 8));
    }

    [Fact]
    public void A_copy_is_the_same_within_its_own_strides()
    {
        var (image, copy) = (new TestImage(21, 15, seed: 1), new TestImage(21, 15, seed: 2));
        image.View.CopyTo(copy.View);
        for (var plane = 0; plane < 3; plane++)
            Assert.Equal(image.Sample(plane, 7, 5), copy.Sample(plane, 7, 5));
        copy.AssertGuardsAreIntact();
        Assert.Throws<ArgumentException>(() => image.View.CopyTo(image.View.Part(0, 0, 20, 15)));
    }
}
