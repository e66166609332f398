namespace FastCam.Lab.Generation;

/// <summary>Standard normal numbers from a seed: SplitMix64 with Marsaglia's polar method, the same with every version of .NET.</summary>
sealed class NormalSource(int seed)
{
    ulong _state = (ulong)seed;
    double _spare = double.NaN;

    public double Next()
    {
        if (!double.IsNaN(_spare))
        {
            var spare = _spare;
            _spare = double.NaN;
            return spare;
        }
        double x, y, square;
        do
        {
            x = Uniform();
            y = Uniform();
            square = x * x + y * y;
        }
        while (square is >= 1 or 0);
        var factor = Math.Sqrt(-2 * Math.Log(square) / square);
        _spare = y * factor;
        return x * factor;
    }

    /// <summary>A number in [−1, 1).</summary>
    double Uniform()
    {
        var bits = _state += 0x9e3779b97f4a7c15;
        bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
        bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
        bits ^= bits >> 31;
        return (long)bits * (1.0 / (1UL << 63));
    }
}
