namespace FastCam.Tests;

/// <summary>What runs after all other tests of its part of the suite, one after another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
