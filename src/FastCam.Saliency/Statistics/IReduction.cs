namespace FastCam.Saliency;

/// <summary>What one vector of pixels has accumulated over the channels seen so far.</summary>
interface IReduction<TSelf, T> where TSelf : unmanaged, IReduction<TSelf, T> where T : unmanaged, ILanes<T>
{
    /// <summary>The state before the first channel.</summary>
    static abstract TSelf Start { get; }

    /// <summary>Eight channels more.</summary>
    /// <param name="source">Their first; the others follow at multiples of <paramref name="stride"/>.</param>
    /// <param name="stride">From one channel to the next.</param>
    /// <param name="before">How many channels were seen before.</param>
    /// <param name="share">The share of these channels in all that are then seen.</param>
    void AddEight(ref readonly float source, nint stride, T before, T share);

    /// <summary>One channel more.</summary>
    void Add(T value, T before, T share);

    /// <summary>0 where every value was finite and nothing overflowed, NaN elsewhere.</summary>
    T Check { get; }

    /// <summary>The statistic, for a divisor that the statistic has chosen.</summary>
    T Finish(T divisor);
}
