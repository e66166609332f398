using System.Text.Json;
using System.Text.Json.Serialization;

namespace FastCam.Lab.Paper;

/// <summary>The numbers that the paper prints in its last edition, in their order and with their digits.</summary>
/// <param name="Table1">The scores of the statistics, by dataset.</param>
/// <param name="Table2">The scores of whole methods.</param>
/// <param name="Table3">The statistics of given columns.</param>
/// <param name="Table4">The accuracies behind Table 1, in percent, layer by layer.</param>
/// <param name="Table5">The accuracies behind Table 2, in percent, for 10 to 90 % kept and removed.</param>
/// <param name="Table6">The operations by layer.</param>
/// <param name="Section4">The claims of section 4.1 about the cost.</param>
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

/// <summary>A row of Table 1.</summary>
/// <param name="Method">The statistic's name there.</param>
/// <param name="From">Its name in Table 4.</param>
/// <param name="Difference">Equation 8 for each dataset, and their average.</param>
/// <param name="Information">Equation 9, likewise.</param>
sealed record StatisticScores(string Method, string From, IReadOnlyList<Printed> Difference, IReadOnlyList<Printed> Information);

/// <summary>A row of Table 2.</summary>
/// <param name="Method">The method's name there.</param>
/// <param name="From">Its name in Table 5.</param>
/// <param name="Kar">The sum of the accuracies with pixels kept.</param>
/// <param name="Roar">The sum of the accuracies with pixels removed, negative.</param>
/// <param name="Sum">The sum of both.</param>
sealed record MethodScores(string Method, string From, Printed Kar, Printed Roar, Printed Sum);

/// <summary>A row of Table 3.</summary>
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

/// <summary>The claims of section 4.1.</summary>
/// <param name="Network">A ResNet-50's own operations, which the paper takes from He et al.</param>
/// <param name="SmoothGradPasses">The passes of one SmoothGrad.</param>
/// <param name="MemoryKilobytes">The extra memory for an image of 224×224, in kB.</param>
/// <param name="Cheapest">The claims with a logarithm and an error function counted as one operation.</param>
/// <param name="Dearest">The claims with the most that software takes for them.</param>
sealed record CostClaims(Printed Network, int SmoothGradPasses, Printed MemoryKilobytes, CostClaim Cheapest, CostClaim Dearest);

sealed record CostClaim(Printed Smoe, Printed Total, Printed OverheadPercent, Printed SpeedUp, Printed SmoothGradSpeedUp);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Published))]
sealed partial class PublishedJson : JsonSerializerContext;
