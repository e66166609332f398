namespace FastCam.Saliency.Normalisations;

/// <summary>The weight of what is new in an exponential average over time.</summary>
readonly struct HalfLife
{
    readonly double _rate;

    public HalfLife(TimeSpan halfLife)
    {
        if (halfLife <= TimeSpan.Zero)
            throw new ArgumentException($"The half-life must be longer than nothing; it is {halfLife.TotalSeconds} s.");
        _rate = -Math.Log(2) / halfLife.TotalSeconds;
    }

    /// <summary>1 − 2^(−elapsed / half-life): how much of the way to the newest value the average goes.</summary>
    public double Share(TimeSpan elapsed) => 1 - Math.Exp(_rate * elapsed.TotalSeconds);
}
