using FastCam.Saliency.Combination;

namespace FastCam.Tests.Saliency;

public sealed class ScaleWeightsTests
{
    [Theory]
    [InlineData("equal", 3, new[] { 1f, 1, 1 })]
    [InlineData("rule", 4, new[] { 1f, 2, 3, 4 })]
    [InlineData("Rule ", 1, new[] { 1f })]
    [InlineData("prior", 5, new[] { 0.18f, 0.15f, 0.37f, 0.4f, 0.72f })]
    [InlineData("prior", 2, new[] { 0.18f, 0.72f })]
    [InlineData("prior", 3, new[] { 0.18f, 0.37f, 0.72f })]
    [InlineData("prior", 9, new[] { 0.18f, 0.165f, 0.15f, 0.26f, 0.37f, 0.385f, 0.4f, 0.56f, 0.72f })]
    [InlineData("prior", 1, new[] { 0.72f })]
    [InlineData("0.5, 0,1e2", 3, new[] { 0.5f, 0, 100 })]
    public void A_word_or_a_list_gives_one_weight_a_scale(string text, int scales, float[] expected)
    {
        var weights = ScaleWeights.Resolve(text, scales);
        Assert.Equal(expected.Length, weights.Length);
        for (var i = 0; i < weights.Length; i++)
            Assert.Equal(expected[i], weights[i], 1e-7f);
    }

    [Theory]
    [InlineData("1,2", "there are 2 for 3 scales")]
    [InlineData("1,2,3,4", "there are 4 for 3 scales")]
    [InlineData("1,-2,3", "one of them is negative")]
    [InlineData("0,0,0", "all of them are 0")]
    [InlineData("1,two,3", "\"two\" is not a number")]
    [InlineData("1,,3", "\"\" is not a number")]
    [InlineData("", "\"\" is not a number")]
    [InlineData("gleich", "\"gleich\" is not a number")]
    [InlineData("1,NaN,3", "one of them is not a finite number")]
    [InlineData("1,1e39,3", "one of them is not a finite number")]
    public void What_cannot_be_used_is_refused_in_one_sentence(string text, string reason)
    {
        var message = Assert.Throws<FormatException>(() => ScaleWeights.Resolve(text, 3)).Message;
        Assert.Contains($"\"{text}\"", message);
        Assert.Contains(reason, message);
        Assert.EndsWith(".", message);
        Assert.DoesNotContain('\n', message);
    }
}
