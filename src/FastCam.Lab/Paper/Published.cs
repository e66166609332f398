using System.Text.Json;
using System.Text.Json.Serialization;

namespace FastCam.Lab.Paper;

/// <summary>The numbers that the paper prints, of its last edition, in the order and with the digits in which they stand there.</summary>
/// <param name="Table1">Scores of the statistics, by dataset.</param>
/// <param name="Table2">Scores of whole methods.</param>
/// <param name="Table3">Statistics of given columns.</param>
/// <param name="Table4">The accuracies behind Table 1, in percent, layer by layer.</param>
/// <param name="Table5">The accuracies behind Table 2, in percent, for 10 to 90 % kept and removed.</param>
/// <param name="Table6">Operations by layer.</param>
/// <param name="Section4">What section 4.1 says of the cost.</param>
sealed record Published(
    IReadOnlyList<StatisticScores> Table1, IReadOnlyList<MethodScores> Table2, IReadOnlyList<ColumnExample> Table3,
    IReadOnlyList<DatasetAccuracies> Table4, IReadOnlyList<Accuracies> Table5, LayerOperations Table6, CostClaims Section4)
{
    public static Published Load()
    {
        using var resource = typeof(Published).Assembly.GetManifestResourceStream("published.json")!;
        return JsonSerializer.Deserialize(resource, PublishedJson.Default.Published)!;
    }
}

/// <param name="Method">The statistic's name there.</param>
/// <param name="From">Its name in Table 4.</param>
/// <param name="Difference">Equation 8 for each dataset, and their average.</param>
/// <param name="Information">Equation 9, likewise.</param>
sealed record StatisticScores(string Method, string From, IReadOnlyList<Printed> Difference, IReadOnlyList<Printed> Information);

/// <param name="Method">The method's name there.</param>
/// <param name="From">Its name in Table 5.</param>
/// <param name="Kar">The sum of the accuracies with pixels kept.</param>
/// <param name="Roar">The sum of those with pixels removed, negative.</param>
/// <param name="Sum">Both.</param>
sealed record MethodScores(string Method, string From, Printed Kar, Printed Roar, Printed Sum);

/// <param name="Values">The two values that the column repeats.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Std">Their standard deviation, the biased one.</param>
/// <param name="Smoe">Their SMOE Scale.</param>
sealed record ColumnExample(IReadOnlyList<Printed> Values, Printed Mean, Printed Std, Printed Smoe);

sealed record DatasetAccuracies(string Dataset, IReadOnlyList<Accuracies> Methods);

sealed record Accuracies(string Method, IReadOnlyList<Printed> Kar, IReadOnlyList<Printed> Roar);

sealed record LayerOperations(IReadOnlyList<PrintedLayer> Layers, PrintedTotal Total);

sealed record PrintedLayer(int Channels, int Height, int Width, Printed Smoe, Printed Normalise, Printed Combine);

sealed record PrintedTotal(Printed Smoe, Printed Normalise, Printed Combine);

/// <param name="Network">A ResNet-50's own operations, which the paper takes from He et al.</param>
/// <param name="SmoothGradPasses">The passes of a SmoothGrad.</param>
/// <param name="MemoryKilobytes">Extra memory for an image of 224×224, in kB.</param>
/// <param name="Cheapest">With a logarithm and an error function for one operation.</param>
/// <param name="Dearest">With the most that software takes for them.</param>
sealed record CostClaims(Printed Network, int SmoothGradPasses, Printed MemoryKilobytes, CostClaim Cheapest, CostClaim Dearest);

sealed record CostClaim(Printed Smoe, Printed Total, Printed OverheadPercent, Printed SpeedUp, Printed SmoothGradSpeedUp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Published))]
sealed partial class PublishedJson : JsonSerializerContext;
