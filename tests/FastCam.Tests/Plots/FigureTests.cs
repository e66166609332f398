using System.Buffers.Binary;
using FastCam.Edge.Text;
using FastCam.Lab.Plots;
using FastCam.Video;
using ScottPlot;

namespace FastCam.Tests.Plots;

public sealed class FigureTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_saved_as_a_png_of_its_size()
    {
        using var figure = new Figure(321, 123);
        figure.SavePng(_folder.File("figure.png"));

        var file = File.ReadAllBytes(_folder.File("figure.png"));
        Assert.Equal("PNG\r\n\x1a\n"u8.ToArray(), file[1..8]);
        Assert.Equal((321, 123), (BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20))));
    }

    [Fact]
    public void Where_it_cannot_be_saved_a_sentence_names_the_file()
    {
        using var figure = new Figure(10, 10);
        foreach (var path in new[] { _folder.File("no/folder/figure.png"), _folder.Path })
        {
            var refusal = Assert.Throws<MediaException>(() => figure.SavePng(path));
            Assert.Equal(MediaFault.OutputUnwritable, refusal.Fault);
            Assert.StartsWith($"{path} cannot be written", refusal.Message);
        }
    }

    /// <summary>A font of the system would make the plot a different one on each machine.</summary>
    [Theory]
    [InlineData("Arial")]
    [InlineData("DejaVu Sans")]
    [InlineData("")]
    public void Every_font_is_the_bundled_one(string name)
    {
        using var figure = new Figure(10, 10);

        Assert.Same(BundledFont.Typeface, Fonts.GetTypeface(name, bold: true, italic: false));
        Assert.Same(BundledFont.Typeface, Fonts.GetTypeface(name, FontWeight.Light, FontSlant.Italic, FontSpacing.Condensed));
        Assert.Equal(BundledFont.Name, Fonts.Default);
    }

    [Theory]
    [InlineData("a model")]
    [InlineData("a model 漢字 \ud800 \udc00 \n\t\0\u001b[31m")]
    public void Any_text_is_one_line_within_its_room(string text)
    {
        foreach (var line in new[] { text, string.Concat(Enumerable.Repeat(text, 500)) })
        {
            var figure = new Figure(400, 60);
            figure.AddText(20, 15, 360, line, Figure.TitleSize);
            using var drawn = new Drawn(figure);

            drawn.AssertMarginIsFree(15);
            Assert.Contains(Enumerable.Range(20, 100), x => drawn.At(x, 28).Red < 100);
        }
    }
}
