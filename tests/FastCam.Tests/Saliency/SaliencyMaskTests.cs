using FastCam.Saliency.Masks;
using FsCheck;
using FsCheck.Fluent;

namespace FastCam.Tests.Saliency;

public sealed class SaliencyMaskTests
{
    /// <summary>Few distinct values, so that most pixels have equals.</summary>
    static readonly Gen<float> Values = Gen.Elements(
        0f, -0f, 0.25f, 0.5f, 1f, 1e-30f, -3f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue);

    static readonly Arbitrary<Case> Cases = Arb.From(
        from map in Gen.ArrayOf(Gen.OneOf(Values, Gen.Choose(0, 300).Select(value => value / 300f)))
        from thousandths in Gen.Choose(0, 1000)
        select new Case(map, thousandths / 1000.0));

    public sealed record Case(float[] Map, double Fraction);

    [Fact]
    public void Exactly_as_many_stay_as_are_asked_for() => Prop.ForAll(Cases, one =>
    {
        var stays = new bool[one.Map.Length];
        var returned = SaliencyMask.Keep(one.Map, one.Fraction, stays);
        var expected = (int)Math.Round(one.Fraction * one.Map.Length, MidpointRounding.AwayFromZero);
        return returned == expected && stays.Count(stay => stay) == expected;
    }).Check(Config);

    [Fact]
    public void The_removing_mask_is_the_complement_of_the_keeping_one() => Prop.ForAll(Cases, one =>
    {
        var kept = new bool[one.Map.Length];
        var left = new bool[one.Map.Length];
        var count = SaliencyMask.Keep(one.Map, one.Fraction, kept) + SaliencyMask.Remove(one.Map, one.Fraction, left);
        return count == one.Map.Length && kept.Zip(left).All(pair => pair.First != pair.Second);
    }).Check(Config);

    [Fact]
    public void The_most_salient_stay_and_the_first_among_equals() => Prop.ForAll(Cases, one =>
    {
        var stays = new bool[one.Map.Length];
        SaliencyMask.Keep(one.Map, one.Fraction, stays);
        // OrderByDescending is stable, and takes NaN for the smallest.
        var order = Enumerable.Range(0, one.Map.Length).OrderByDescending(i => one.Map[i]).ToArray();
        var count = stays.Count(stay => stay);
        return order[..count].All(i => stays[i]) && order[count..].All(i => !stays[i]);
    }).Check(Config);

    [Fact]
    public void A_larger_part_holds_a_smaller_one() => Prop.ForAll(Cases, one =>
    {
        var smaller = new bool[one.Map.Length];
        var larger = new bool[one.Map.Length];
        SaliencyMask.Keep(one.Map, one.Fraction / 2, smaller);
        SaliencyMask.Keep(one.Map, one.Fraction, larger);
        return smaller.Zip(larger).All(pair => !pair.First || pair.Second);
    }).Check(Config);

    [Theory]
    [InlineData(0.5, 5, 3)]
    [InlineData(0.5, 7, 4)]
    [InlineData(0.25, 10, 3)]
    [InlineData(0.1, 50176, 5018)]
    [InlineData(0, 9, 0)]
    [InlineData(1, 9, 9)]
    [InlineData(0.3, 0, 0)]
    public void Halves_round_away_from_zero(double fraction, int pixels, int count) => Assert.Equal(count, SaliencyMask.Count(fraction, pixels));

    [Fact]
    public void A_large_map_is_cut_at_its_quantile()
    {
        var map = Samples.Map(1_000_003);
        var stays = new bool[map.Length];

        SaliencyMask.Keep(map, 0.1, stays);

        var sorted = map.OrderDescending().ToArray();
        for (var i = 0; i < map.Length; i++)
            Assert.True(stays[i] ? map[i] >= sorted[99_999] : map[i] <= sorted[100_000]);
        Assert.Equal(100_000, stays.Count(stay => stay));
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_part_outside_of_the_whole_is_refused(double fraction) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SaliencyMask.Keep(new float[4], fraction, new bool[4]));

    [Fact]
    public void A_mask_of_another_size_is_refused() => Assert.Throws<ArgumentException>(() => SaliencyMask.Remove(new float[4], 0.5, new bool[5]));

    static Config Config => Config.QuickThrowOnFailure.WithMaxTest(1000);
}
