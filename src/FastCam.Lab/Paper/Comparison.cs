namespace FastCam.Lab.Paper;

/// <summary>What a printed value is beside the recomputed one.</summary>
enum Verdict
{
    /// <summary>The same, to the digits printed.</summary>
    Agrees,
    /// <summary>Another, as rounding makes it.</summary>
    Rounding,
    /// <summary>It follows from printed values of which at least one is an error.</summary>
    Inherited,
    /// <summary>No rounding explains it.</summary>
    Error,
}

/// <summary>Printed values of the same row that a value may have been made from, instead of from their sources.</summary>
/// <param name="Reach">What they give.</param>
/// <param name="AreWrong">Whether an error is among them.</param>
readonly record struct PrintedParts(Reach Reach, bool AreWrong);

/// <summary>A printed value beside the recomputed one, and what to think of it.</summary>
/// <param name="Row">Its row in the table.</param>
/// <param name="Column">Its column.</param>
/// <param name="Printed">The print.</param>
/// <param name="Recomputed">The same from its sources.</param>
/// <param name="Verdict">What it is.</param>
/// <param name="Reason">Why; empty where they agree.</param>
sealed record Comparison(string Row, string Column, Printed Printed, Reach Recomputed, Verdict Verdict, string Reason)
{
    /// <summary>What double arithmetic itself may add, in units of the last printed digit: a tie stays a tie.</summary>
    const double Arithmetic = 1e-6;

    /// <param name="row">Its row in the table.</param>
    /// <param name="column">Its column.</param>
    /// <param name="printed">The print.</param>
    /// <param name="recomputed">The same from its sources.</param>
    /// <param name="source">What the sources are called, as the subject of a sentence.</param>
    /// <param name="parts">What else it may have been made from.</param>
    public static Comparison Create(string row, string column, Printed printed, Reach recomputed, string source, PrintedParts? parts = null)
    {
        var (verdict, reason) = Judge(printed, recomputed, source, parts);
        return new Comparison(row, column, printed, recomputed, verdict, reason);
    }

    static (Verdict Verdict, string Reason) Judge(Printed printed, Reach reach, string source, PrintedParts? parts)
    {
        string Show(double value) => printed.Format(value, 2);
        var span = reach.Least == reach.Most ? Show(reach.Value) : $"{Show(reach.Value)} ({Show(reach.Least)} to {Show(reach.Most)} within the rounding of its digits)";
        if (Rounds(printed, Reach.Exact(reach.Value))) return (Verdict.Agrees, "");
        if (Rounds(printed, reach)) return (Verdict.Rounding, $"{source} gives {span}, which reaches the print");
        if (parts is { } beside && Rounds(printed, beside.Reach))
            return beside.AreWrong
                ? (Verdict.Inherited, $"follows from the printed values of its row, which give {Show(beside.Reach.Value)} and hold an error")
                : (Verdict.Rounding, $"made from the rounded values of its row, which give {Show(beside.Reach.Value)} ({Show(beside.Reach.Least)} to {Show(beside.Reach.Most)}); {source} gives {Show(reach.Value)}");
        if (Cuts(printed, reach)) return (Verdict.Rounding, $"cut after the last digit, not rounded: {source} gives {Show(reach.Value)}");
        if (Math.Abs(printed.Value - reach.Value) <= printed.Unit * (1 + Arithmetic))
            return (Verdict.Rounding, $"less than one unit of the last digit away, so rounded on the way: {source} gives {span}");
        return (Verdict.Error, $"{source} gives {span}: no rounding leads to the print");
    }

    static bool Rounds(Printed printed, Reach reach) => Overlaps(printed, reach, -0.5, 0.5);

    static bool Cuts(Printed printed, Reach reach) => printed.Value < 0 ? Overlaps(printed, reach, -1, 0) : Overlaps(printed, reach, 0, 1);

    /// <summary>Whether anything within reach lies from one number of units above the print to another.</summary>
    static bool Overlaps(Printed printed, Reach reach, double from, double to) =>
        reach.Most >= printed.Value + (from - Arithmetic) * printed.Unit && reach.Least <= printed.Value + (to + Arithmetic) * printed.Unit;
}

/// <summary>A table of the paper, recomputed.</summary>
/// <param name="Name">What the paper calls it.</param>
/// <param name="Title">What is recomputed from what.</param>
/// <param name="Comparisons">Value by value, row by row.</param>
sealed record RecomputedTable(string Name, string Title, IReadOnlyList<Comparison> Comparisons);
