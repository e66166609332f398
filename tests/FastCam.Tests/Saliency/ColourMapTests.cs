using FastCam.Saliency.Overlays;

namespace FastCam.Tests.Saliency;

public sealed class ColourMapTests
{
    /// <summary>The first three are polynomial approximations: near their published tables, within what the approximation is known for.</summary>
    [Theory]
    [InlineData("turbo", 32, 0, 48, 18, 59)]
    [InlineData("turbo", 32, 64, 40, 188, 235)]
    [InlineData("turbo", 32, 128, 164, 252, 60)]
    [InlineData("turbo", 32, 192, 251, 126, 33)]
    [InlineData("turbo", 32, 255, 122, 4, 3)]
    [InlineData("viridis", 4, 0, 68, 1, 84)]
    [InlineData("viridis", 4, 128, 33, 145, 140)]
    [InlineData("viridis", 4, 255, 253, 231, 37)]
    [InlineData("inferno", 9, 0, 0, 0, 4)]
    [InlineData("inferno", 9, 128, 188, 55, 84)]
    [InlineData("inferno", 9, 255, 252, 255, 164)]
    [InlineData("jet", 0, 0, 0, 0, 128)]
    [InlineData("jet", 0, 255, 128, 0, 0)]
    public void Anchors_have_their_published_colours(string name, int tolerance, int level, byte red, byte green, byte blue)
    {
        var colour = ColourMap.Find(name)!.Rgb.Slice(3 * level, 3);

        Assert.InRange(colour[0], red - tolerance, red + tolerance);
        Assert.InRange(colour[1], green - tolerance, green + tolerance);
        Assert.InRange(colour[2], blue - tolerance, blue + tolerance);
    }

    [Fact]
    public void Grey_is_the_level_itself()
    {
        for (var level = 0; level < 256; level++)
            Assert.Equal([(byte)level, (byte)level, (byte)level], ColourMap.Grey.Rgb.Slice(3 * level, 3).ToArray());
    }

    [Fact]
    public void Every_map_has_256_colours_without_jumps_and_is_found_by_name()
    {
        Assert.Equal(["turbo", "viridis", "inferno", "jet", "grey"], ColourMap.All.Select(map => map.Name));
        foreach (var map in ColourMap.All)
        {
            Assert.Equal(256 * 3, map.Rgb.Length);
            for (var i = 3; i < map.Rgb.Length; i++)
                Assert.InRange(Math.Abs(map.Rgb[i] - map.Rgb[i - 3]), 0, 13);
            Assert.Same(map, ColourMap.Find(map.Name.ToUpperInvariant()));
        }

        Assert.Null(ColourMap.Find("rainbow"));
    }
}
