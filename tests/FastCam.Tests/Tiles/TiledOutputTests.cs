using FastCam.Edge.Images;
using FastCam.Edge.Overlays;
using FastCam.Edge.Tiles;
using FastCam.Saliency.Overlays;
using FastCam.Video;
using FastCam.Video.Stills;

namespace FastCam.Tests.Tiles;

/// <summary>Tests the files of an explanation by tiles where something goes wrong with them or with the image.</summary>
[Collection(Stills.ThatFail)]
public sealed class TiledOutputTests : IDisposable
{
    const int Side = 8;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Where_a_later_file_cannot_be_made_no_earlier_one_stays()
    {
        Directory.CreateDirectory(_folder.File("a.map.png.part"));

        var files = new ExplanationOutput(_folder.Path, "a", 0, hasClassMap: false);
        Assert.Throws<UnauthorizedAccessException>(() => new TiledOutput(files, Side, Side));

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData(Side)]
    [InlineData(Side + 1)]
    public void An_image_that_changes_meanwhile_leaves_no_files(int side)
    {
        var image = _folder.File("image.png");
        new StillImage(Side, Side, new byte[3 * Side * Side]).SavePng(image);
        var version = FileVersion.Read(image);
        var overlay = new OverlaySettings(new View(ViewKind.Combined), OverlayMode.Soft, Legend: false, 0.5f, ColourMap.Turbo);
        using (var output = new TiledOutput(new ExplanationOutput(_folder.Path, "a", 0, hasClassMap: false), Side, Side))
        {
            output.Write(new float[Side * Side]);
            new StillImage(side, side, [.. Enumerable.Repeat((byte)200, 3 * side * side)]).SavePng(image);

            var error = Assert.Throws<MediaException>(() => output.Keep(image, version, overlay, CancellationToken.None));

            Assert.Equal(MediaFault.SourceFailed, error.Fault);
            Assert.Contains("image.png was changed while it was explained", error.Message);
        }

        Assert.Equal([image], Directory.GetFiles(_folder.Path));
    }
}
