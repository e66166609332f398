using System.Xml.Linq;

namespace FastCam.Tests.Docs;

/// <summary>The house's order: which project may know which.</summary>
public sealed class HouseTests
{
    [Theory]
    [InlineData("FastCam.Saliency")]
    [InlineData("FastCam.Video")]
    [InlineData("FastCam.Onnx", "FastCam.Saliency")]
    [InlineData("FastCam.Edge", "FastCam.Onnx", "FastCam.Video")]
    public void A_project_knows_only_those_before_it_on_the_walk(string project, params string[] allowed)
    {
        var file = XDocument.Load(Repository.File("src", project, $"{project}.csproj"));
        var references = file.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Equal(allowed.Order(), references.Order());
    }

    [Fact]
    public void Only_the_application_knows_the_web_and_the_command_line()
    {
        var users = Directory.GetFiles(Repository.File("src"), "*.csproj", SearchOption.AllDirectories)
            .Where(file => !file.Contains("node_modules"))
            .Where(file => File.ReadAllText(file) is var text && (text.Contains("Microsoft.AspNetCore.App") || text.Contains("System.CommandLine")));

        Assert.Equal(["FastCam.Edge"], users.Select(Path.GetFileNameWithoutExtension));
    }

    [Fact]
    public void Every_package_is_pinned_to_one_version()
    {
        var versions = XDocument.Load(Repository.File("Directory.Packages.props")).Descendants("PackageVersion").Select(package => package.Attribute("Version")!.Value).ToList();

        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.Matches(@"^\d+(\.\d+){2,3}$", version));
    }
}
