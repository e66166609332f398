namespace FastCam.Lab.Paper;

/// <summary>What a formula gives of printed numbers, and how far that moves when each of them is anything that its digits leave open.</summary>
/// <param name="Value">The result for the numbers as printed.</param>
/// <param name="Least">The least it can have been before its inputs were rounded.</param>
/// <param name="Most">The most.</param>
readonly record struct Reach(double Value, double Least, double Most)
{
    public static Reach Exact(double value) => new(value, value, value);

    /// <summary>
    /// Each input is moved by half a unit of its last digit, both ways, and what that does to the result is added up: exact for a sum,
    /// and to the first order otherwise, which half units are small enough for.
    /// </summary>
    public static Reach Of(Func<double[], double> formula, params IEnumerable<Printed> inputs)
    {
        var printed = inputs.ToArray();
        var values = printed.Select(input => input.Value).ToArray();
        var value = formula(values);
        double below = 0, above = 0;
        for (var i = 0; i < values.Length; i++)
        {
            double Moved(double step)
            {
                values[i] = printed[i].Value + step;
                var difference = formula(values) - value;
                values[i] = printed[i].Value;
                return difference;
            }

            var (down, up) = (Moved(-printed[i].Unit / 2), Moved(printed[i].Unit / 2));
            below += Math.Min(0, Math.Min(down, up));
            above += Math.Max(0, Math.Max(down, up));
        }

        return new Reach(value, value + below, value + above);
    }
}
