using System.Text.Json;

namespace FastCam.Tests.Pipeline;

/// <summary>One line of the checked-in contract, <c>tests/allocations.json</c>.</summary>
/// <param name="Name">The display name.</param>
/// <param name="Source">The source of the frames; <c>{frames}</c> is their number, <c>{clip}</c> a file of so many.</param>
/// <param name="Sink">The sink; <c>{folder}</c> is the test's own.</param>
/// <param name="Options">All other options; <c>{model}</c> is a small generated network.</param>
/// <param name="Few">The frames of the shorter run.</param>
/// <param name="Many">The frames of the longer run.</param>
/// <param name="BytesPerFrame">The bytes that each frame more may cost.</param>
/// <param name="Tolerance">The bytes by which two runs may differ for other reasons than their length.</param>
/// <param name="Viewers">The number of pages that watch.</param>
/// <param name="ServerBytesPerFrame">The bytes that each frame more may cost in the web server.</param>
sealed record AllocationContract(
    string Name, string Source, string Sink, string[] Options, int Few, int Many, long BytesPerFrame, long Tolerance, int Viewers = 0,
    long ServerBytesPerFrame = 0)
{
    public static IReadOnlyList<AllocationContract> Load()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Repository.File("tests", "allocations.json")));
        return file.RootElement.GetProperty("commands").Deserialize<List<AllocationContract>>(JsonSerializerOptions.Web)!;
    }

    /// <summary>The explain strategy that is asked for.</summary>
    public string ExplainBy => Options[Array.IndexOf(Options, "--explain-by") + 1];

    /// <summary>Whether only the stream's own threads must allocate nothing, because a server or a strategy tuner runs beside them.</summary>
    public bool IsOfTheStream => Viewers > 0 || ExplainBy == "auto";

    /// <summary>The most that a run may allocate beyond one of fewer frames.</summary>
    public long Allowance(long bytesPerFrame) => bytesPerFrame * (Many - Few) + Tolerance;
}
