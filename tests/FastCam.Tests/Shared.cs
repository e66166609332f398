namespace FastCam.Tests;

/// <summary>The developers' reference material beside the checkout. Users do not have it: tests that need it skip, saying so.</summary>
static class Shared
{
    public static string Root { get; } = Find();

    public static string Path(params string[] parts)
    {
        Assert.SkipUnless(Root.Length > 0, "needs the developers' reference material beside the checkout, which is absent here");
        return System.IO.Path.Combine([Root, .. parts]);
    }

    static string Find()
    {
        var candidate = System.IO.Path.GetFullPath(System.IO.Path.Combine(Repository.Root, "..", "shared"));
        return Directory.Exists(System.IO.Path.Combine(candidate, "golden")) ? candidate : "";
    }
}
