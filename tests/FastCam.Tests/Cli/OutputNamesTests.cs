using FastCam.Edge;
using FastCam.Edge.Images;

namespace FastCam.Tests.Cli;

public sealed class OutputNamesTests
{
    [Fact]
    public void A_name_of_its_own_is_kept() => Assert.Equal(["cat", "dog"], OutputNames.For(["/p/cat.png", "/q/dog.jpg"]));

    [Fact]
    public void Endings_and_then_folders_tell_equal_names_apart() =>
        Assert.Equal(["a_same.png", "b_same.png", "same.jpg"], OutputNames.For(["/p/a/same.png", "/p/b/same.png", "/p/b/same.jpg"]));

    [Fact]
    public void Names_that_folders_make_equal_are_told_apart_too() =>
        Assert.Equal(3, OutputNames.For(["/r/a_b/f.png", "/r/a/b/f.png", "/s/b/f.png"]).Distinct().Count());

    [Fact]
    public void The_same_image_twice_is_refused() =>
        Assert.Equal(EdgeFault.BadSetting, Assert.Throws<EdgeException>(() => OutputNames.For(["/p/cat.png", "/p/../p/cat.png"])).Fault);
}
