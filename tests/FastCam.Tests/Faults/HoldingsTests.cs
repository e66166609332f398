namespace FastCam.Tests.Faults;

/// <summary>What the fault suite makes of its looks at a process, on looks whose growth is known.</summary>
public sealed class HoldingsTests
{
    /// <summary>As many as the short form has: before the first repeat, and after each.</summary>
    const int FewLooks = Faults.Few + 1;

    const int ManyLooks = 50;

    [Theory]
    [InlineData(FewLooks)]
    [InlineData(ManyLooks)]
    public void What_stays_as_it_was_is_no_growth(int looks) => Assert.True(Judge(looks, _ => Holding).IsNone);

    [Fact]
    public void What_the_first_repeat_starts_for_good_is_no_growth() =>
        Assert.True(Judge(FewLooks, look => look == 0 ? Holding : Holding with { Threads = Holding.Threads + 5, Handles = Holding.Handles + 9 }).IsNone);

    [Fact]
    public void A_thread_that_comes_by_chance_is_no_growth() =>
        Assert.True(Judge(FewLooks, look => look < FewLooks - 1 ? Holding : Holding with { Threads = Holding.Threads + 1 }).IsNone);

    [Theory]
    [InlineData(FewLooks)]
    [InlineData(ManyLooks)]
    public void One_more_after_each_repeat_is_growth(int looks)
    {
        Assert.False(Judge(looks, look => Holding with { Threads = Holding.Threads + look }).IsNone);
        Assert.False(Judge(looks, look => Holding with { Handles = Holding.Handles + look }).IsNone);
        Assert.False(Judge(looks, look => Holding with { Children = Holding.Children + look }).IsNone);
    }

    [Fact]
    public void A_child_that_is_left_is_growth() =>
        Assert.False(Judge(FewLooks, look => look < FewLooks - 1 ? Holding : Holding with { Children = Holding.Children + 1 }).IsNone);

    [Fact]
    public void Memory_that_rises_is_growth_where_there_are_looks_enough() =>
        Assert.False(Judge(ManyLooks, look => Holding with { MegaBytes = Holding.MegaBytes + look }).IsNone);

    [Fact]
    public void Two_looks_show_nothing() => Assert.False(Judge(2, _ => Holding).IsNone);

    static Holding Holding => new(200, 30, 80, 1);

    static (string Growth, bool IsNone) Judge(int looks, Func<int, Holding> look) => Holdings.Judge([.. Enumerable.Range(0, looks).Select(look)], 1);
}
