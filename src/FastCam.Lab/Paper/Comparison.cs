namespace FastCam.Lab.Paper;

/// <summary>The verdict on a printed value beside the recomputed one.</summary>
enum Verdict
{
    /// <summary>The values agree to the digits printed.</summary>
    Agrees,
    /// <summary>The values differ by rounding.</summary>
    Rounding,
    /// <summary>The printed value follows from printed values of which at least one is an error.</summary>
    Inherited,
    /// <summary>No rounding explains the printed value.</summary>
    Error,
}

/// <summary>Printed values of the same row that a value may have been made from, instead of from their sources.</summary>
/// <param name="Reach">The result that they give.</param>
/// <param name="AreWrong">Whether an error is among them.</param>
readonly record struct PrintedParts(Reach Reach, bool AreWrong);

/// <summary>A printed value beside the recomputed one, with a verdict.</summary>
/// <param name="Row">The value's row in the table.</param>
/// <param name="Column">The value's column.</param>
/// <param name="Printed">The printed value.</param>
/// <param name="Recomputed">The value recomputed from its sources.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">The reason; empty where they agree.</param>
sealed record Comparison(string Row, string Column, Printed Printed, Reach Recomputed, Verdict Verdict, string Reason)
{
    /// <summary>What double arithmetic itself may add, in units of the last printed digit; with it, a tie stays a tie.</summary>
    const double Arithmetic = 1e-6;

    /// <summary>Compares a printed value with the recomputed one.</summary>
    /// <param name="row">The value's row in the table.</param>
    /// <param name="column">The value's column.</param>
    /// <param name="printed">The printed value.</param>
    /// <param name="recomputed">The value recomputed from its sources.</param>
    /// <param name="source">The name of the sources, as the subject of a sentence.</param>
    /// <param name="parts">Other values that it may have been made from.</param>
    public static Comparison Create(string row, string column, Printed printed, Reach recomputed, string source, PrintedParts? parts = null)
    {
        var (verdict, reason) = Judge(printed, recomputed, source, parts);
        return new Comparison(row, column, printed, recomputed, verdict, reason);
    }

    static (Verdict Verdict, string Reason) Judge(Printed printed, Reach reach, string source, PrintedParts? parts)
    {
        string Show(double value) => printed.Format(value, 2);
        var span = reach.Least == reach.Most
            ? Show(reach.Value)
            : $"{Show(reach.Value)} ({Show(reach.Least)} to {Show(reach.Most)} within the rounding of its digits)";
        if (Rounds(printed, Reach.Exact(reach.Value)))
            return (Verdict.Agrees, "");
        if (Rounds(printed, reach))
            return (Verdict.Rounding, $"{source} gives {span}, which reaches the print");
        if (parts is { } beside && Rounds(printed, beside.Reach))
        {
            var row = Show(beside.Reach.Value);
            return beside.AreWrong
                ? (Verdict.Inherited, $"follows from the printed values of its row, which give {row} and hold an error")
                : (Verdict.Rounding, $"made from the rounded values of its row, which give {row} ({Show(beside.Reach.Least)} to {Show(beside.Reach.Most)}); "
                    + $"{source} gives {Show(reach.Value)}");
        }
        if (Cuts(printed, reach))
            return (Verdict.Rounding, $"cut after the last digit, not rounded: {source} gives {Show(reach.Value)}");
        if (Math.Abs(printed.Value - reach.Value) <= printed.Unit * (1 + Arithmetic))
            return (Verdict.Rounding, $"less than one unit of the last digit away, so rounded on the way: {source} gives {span}");
        return (Verdict.Error, $"{source} gives {span}: no rounding leads to the print");
    }

    static bool Rounds(Printed printed, Reach reach) => Overlaps(printed, reach, -0.5, 0.5);

    static bool Cuts(Printed printed, Reach reach) => printed.Value < 0 ? Overlaps(printed, reach, -1, 0) : Overlaps(printed, reach, 0, 1);

    /// <summary>Whether anything within reach lies between two bounds, given in units above the printed value.</summary>
    static bool Overlaps(Printed printed, Reach reach, double from, double to) =>
        reach.Most >= printed.Value + (from - Arithmetic) * printed.Unit && reach.Least <= printed.Value + (to + Arithmetic) * printed.Unit;
}

/// <summary>A table of the paper, recomputed.</summary>
/// <param name="Name">The paper's name for it.</param>
/// <param name="Title">What is recomputed, and from what.</param>
/// <param name="Comparisons">The comparisons, value by value and row by row.</param>
sealed record RecomputedTable(string Name, string Title, IReadOnlyList<Comparison> Comparisons);
