using System.Runtime.CompilerServices;
using FastCam.Video.Frames;

namespace FastCam.Tests.Video;

/// <summary>Tests leases: counted, never given out again after the last, and named where they leak.</summary>
public sealed class PooledTests
{
    sealed class Thing : Pooled<Thing>
    {
        public bool IsFree { get; private set; }

        protected override string Description => "The thing";

        protected internal override void Free() => IsFree = true;
    }

    [Fact]
    public void What_was_released_cannot_be_leased_again()
    {
        using var pool = new Pool<Thing>(1, () => new Thing());
        var thing = pool.Rent()!;
        thing.Release();

        Assert.Equal("The thing was leased after its return to the pool.", Assert.Throws<InvalidOperationException>(thing.AddLease).Message);
        Assert.Equal("The thing was released more often than leased.", Assert.Throws<InvalidOperationException>(thing.Release).Message);
        Assert.Same(thing, pool.Rent());
    }

    [Fact]
    public void A_lease_taken_too_late_by_many_threads_is_refused_to_all_and_leaves_the_pool_whole()
    {
        using var pool = new Pool<Thing>(1, () => new Thing());
        var refused = 0;
        for (var i = 0; i < 200; i++)
        {
            var thing = pool.Rent()!;
            thing.Release();
            Parallel.For(0, 4, _ =>
            {
                try
                {
                    thing.AddLease();
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refused);
                }
            });
            Assert.Equal(0, pool.Outstanding);
        }

        Assert.Equal(800, refused);
    }

    [Fact]
    public void Leases_that_threads_take_and_give_back_at_once_are_counted_right() => Limited.Run(() =>
    {
        using var pool = new Pool<Thing>(2, () => new Thing());
        Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                var thing = pool.Rent()!;
                thing.AddLease();
                thing.Release();
                thing.Release();
            }
        });

        Assert.Equal((2, 0), (pool.Capacity, pool.Outstanding));
        Assert.Empty(pool.DescribeOutstanding());
    });

    [Fact]
    public void A_leak_says_who_leased_where_that_is_written_down()
    {
        using var pool = new Pool<Thing>(1, () => new Thing()) { NamesLessees = true };
        Borrow(pool.Rent()!);

        var leak = Assert.Single(pool.DescribeOutstanding());

        Assert.StartsWith("The thing was not given back (2 leases, taken by PooledTests.", leak);
        Assert.Contains($"PooledTests.{nameof(Borrow)}", leak);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Borrow(Thing thing) => thing.AddLease();

    [Fact]
    public void A_growing_pool_makes_as_many_as_are_in_use_at_once_and_no_more()
    {
        var made = 0;
        using var pool = new Pool<Thing>(() =>
        {
            made++;
            return new Thing();
        });
        for (var i = 0; i < 10; i++)
        {
            var (first, second) = (pool.Rent()!, pool.Rent()!);
            first.Release();
            second.Release();
        }

        Assert.Equal((2, 2, 0), (made, pool.Capacity, pool.Outstanding));
    }

    [Fact]
    public void A_pool_that_is_disposed_frees_what_is_back_and_later_what_comes_back()
    {
        var pool = new Pool<Thing>(2, () => new Thing());
        var (back, held) = (pool.Rent()!, pool.Rent()!);
        back.Release();
        pool.Dispose();

        Assert.True(back.IsFree && !held.IsFree);
        held.Release();
        Assert.True(held.IsFree);
        Assert.Null(pool.Rent());
    }
}
