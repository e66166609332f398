using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>What one vector has accumulated over the channels seen so far, each lane for itself.</summary>
interface IReduction<TSelf, T> where TSelf : unmanaged, IReduction<TSelf, T> where T : unmanaged, ILanes<T>
{
    /// <summary>The state before the first channel.</summary>
    static abstract TSelf Start { get; }

    /// <summary>Eight channels more.</summary>
    /// <param name="values">Their values.</param>
    /// <param name="before">How many channels were seen before.</param>
    /// <param name="share">The share of these channels in all that are then seen.</param>
    void AddEight(in Eight<T> values, T before, T share);

    /// <summary>One channel more.</summary>
    void Add(T value, T before, T share);

    /// <summary>One channel more in the lanes where <paramref name="mask"/> is 1, none where it is 0.</summary>
    void AddWhere(T value, T mask, T before, T share);

    /// <summary>0 where every value was finite and nothing overflowed, NaN elsewhere.</summary>
    T Check { get; }

    /// <summary>The statistic, for a divisor that the statistic has chosen.</summary>
    T Finish(T divisor);

    /// <summary>As many states as there are lanes, each of one pixel, its lanes of different channels, become one with a pixel a lane.</summary>
    /// <param name="pixels">The states; they are overwritten.</param>
    /// <param name="counts">The channels that each lane has seen.</param>
    /// <param name="oneOverCount">One over the channels of a pixel.</param>
    static abstract TSelf Merge(Span<TSelf> pixels, T counts, float oneOverCount);
}
