using FastCam.Video.Frames;

namespace FastCam.Tests.Video;

public sealed unsafe class FramePoolTests
{
    static readonly FrameFormat Format = new(641, 359);

    [Fact]
    public void A_format_counts_odd_chroma_upwards()
    {
        Assert.Equal((321, 180), (Format.ChromaWidth, Format.ChromaHeight));
        Assert.Equal(641 * 359 + 2 * 321 * 180, Format.ByteCount);
    }

    [Fact]
    public void Buffers_are_aligned_and_distinct()
    {
        using var pool = new FramePool(Format, 3);
        var addresses = new HashSet<nint>();
        for (var i = 0; i < 3; i++)
        {
            Assert.True(pool.TryRent(out var frame));
            Assert.Equal(0, (nint)frame.Data % 64);
            Assert.Equal(Format.ByteCount, frame.Pixels.Length);
            addresses.Add((nint)frame.Data);
        }

        Assert.Equal(3, addresses.Count);
        Assert.False(pool.TryRent(out _));
        Assert.Equal(3, pool.Outstanding);
    }

    [Fact]
    public void The_last_release_returns_the_frame()
    {
        using var pool = new FramePool(Format, 1);
        var frame = pool.Rent()!;
        frame.AddLease();
        frame.Release();
        Assert.Equal(1, pool.Outstanding);
        frame.Release();
        Assert.Equal(0, pool.Outstanding);
        Assert.True(pool.TryRent(out _));
    }

    [Fact]
    public void Releasing_too_often_names_frame_and_stage()
    {
        using var pool = new FramePool(Format, 1);
        var frame = pool.Rent()!;
        frame.Begin(new FrameInfo("a stream", 17), FrameStage.Overlay);
        frame.Release();
        var error = Assert.Throws<InvalidOperationException>(frame.Release);
        Assert.Contains("17", error.Message);
        Assert.Contains("Overlay", error.Message);
        Assert.Throws<InvalidOperationException>(frame.AddLease);
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void A_leaked_frame_is_named_and_not_freed()
    {
        var pool = new FramePool(Format, 2);
        var leaked = pool.Rent()!;
        leaked.Begin(new FrameInfo("a stream", 42), FrameStage.Network);
        var report = Assert.Single(pool.DescribeOutstanding());
        Assert.Contains("42", report);
        Assert.Contains("Network", report);
        pool.Dispose();
        leaked.Pixels.Fill(7);
        Assert.Equal(7, leaked.Pixels[^1]);
        leaked.Release();
        Assert.Empty(pool.DescribeOutstanding());
        Assert.True(leaked.Data is null);
    }

    [Fact]
    public void A_blocked_rent_wakes_when_a_frame_comes_back() => Limited.Run(() =>
    {
        using var pool = new FramePool(Format, 1);
        var first = pool.Rent()!;
        Frame? second = null;
        var thread = new Thread(() => second = pool.Rent());
        thread.Start();
        Assert.False(thread.Join(50));
        first.Release();
        thread.Join();
        Assert.Same(first, second);
    });

    [Fact]
    public void Close_wakes_a_blocked_rent() => Limited.Run(() =>
    {
        using var pool = new FramePool(Format, 1);
        var held = pool.Rent()!;
        var second = held;
        var thread = new Thread(() => second = pool.Rent());
        thread.Start();
        Assert.False(thread.Join(50));
        pool.Close();
        thread.Join();
        Assert.Null(second);
        held.Release();
        Assert.Null(pool.Rent());
        Assert.False(pool.TryRent(out _));
    });

    [Fact]
    public void Renting_and_blocking_allocate_nothing() => Limited.Run(() =>
    {
        using var pool = new FramePool(Format, 1);
        var frame = pool.Rent()!;
        var returning = new Thread(() =>
        {
            for (var i = 0; i < 60; i++)
            {
                Thread.Sleep(1);
                while (pool.Outstanding == 0)
                    Thread.Sleep(1);
                frame.Release();
            }
        });
        returning.Start();
        var before = 0L;
        for (var i = 0; i < 60; i++)
        {
            if (i == 10)
                before = GC.GetAllocatedBytesForCurrentThread();
            pool.Rent();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        returning.Join();
    });

    [Fact]
    public void Many_threads_share_a_pool_without_losing_a_frame() => Limited.Run(() =>
    {
        using var pool = new FramePool(new FrameFormat(16, 16), 3);
        var shared = 0;
        var threads = Enumerable.Range(1, 6).Select(id => new Thread(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                var frame = pool.Rent()!;
                frame.Data[0] = (byte)id;
                frame.AddLease();
                frame.Release();
                if (frame.Data[0] != id)
                    Interlocked.Increment(ref shared);
                frame.Release();
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Equal(0, shared);
        Assert.Equal(0, pool.Outstanding);
        Assert.Empty(pool.DescribeOutstanding());
    });
}
