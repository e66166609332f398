using FastCam.Onnx;
using FastCam.Onnx.Models;

namespace FastCam.Tests.Onnx;

public sealed class ModelFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static byte[] Small()
    {
        var net = new OnnxBuilder(16);
        var x = net.Relu(net.Conv("image", 4));
        return net.Build(net.Head(net.Relu(net.Conv(net.MaxPool(x), 4)), 10));
    }

    [Fact]
    public void A_file_cut_anywhere_is_a_sentence()
    {
        var whole = Small();
        for (var length = 0; length < whole.Length; length++)
        {
            var path = _folder.Write("cut.onnx", whole[..length]);

            var error = Assert.Throws<ModelException>(() => Model.Load(path).ScaleEnds);

            Assert.True(error.Fault is ModelFault.NotOnnx or ModelFault.Damaged, $"{length} bytes: {error.Fault}: {error.Message}");
        }
    }

    [Fact]
    public void Flipped_bytes_are_a_sentence_or_do_no_harm()
    {
        var whole = Small();
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = whole.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var error = Record.Exception(() => FastCam.Onnx.Graph.ModelReader.Read(bytes, "flipped.onnx"));

            Assert.True(error is null or ModelException, error?.ToString());
        }
    }

    [Theory]
    [InlineData("a text file, not a network")]
    [InlineData("")]
    public void Something_else_is_not_an_onnx_file(string content)
    {
        var path = _folder.Write("other.onnx", System.Text.Encoding.UTF8.GetBytes(content));

        Assert.Equal(ModelFault.NotOnnx, Assert.Throws<ModelException>(() => Model.Load(path)).Fault);
    }

    [Fact]
    public void An_image_is_not_an_onnx_file()
    {
        var error = Assert.Throws<ModelException>(() => Model.Load(Repository.File("media", "photos", "coffee.png")));

        Assert.Equal(ModelFault.NotOnnx, error.Fault);
    }

    [Theory]
    [InlineData("""{"file": "m.onnx", "sha256": "0000000000000000000000000000000000000000000000000000000000000000"}""", "SHA-256")]
    [InlineData("""{"file": "m.onnx", "colour": 1}""", "colour")]
    [InlineData("""{"file": "m.onnx", "input": {"mean": [1]}}""", "three numbers")]
    [InlineData("""{"file": "m.onnx", "input": {"std": [1, 0, 1]}}""", "std")]
    [InlineData("""{"file": "m.onnx", "input": {"width": 32}}""", "width")]
    [InlineData("""{"file": "m.onnx", "input": {"name": "other"}}""", "image")]
    [InlineData("""{"file": "m.onnx", "input": {"fit": "squash"}}""", "fit")]
    [InlineData("""{"file": "m.onnx", "labels": "none.txt"}""", "labels")]
    [InlineData("""{"file": "m.onnx", "taps": ["nowhere"]}""", "nowhere")]
    [InlineData("""{"file": "m.onnx", "taps": []}""", "taps")]
    [InlineData("""{"file": "m.onnx", "taps": [null]}""", "taps")]
    [InlineData("""{"file": "m.onnx", "taps": ["image"]}""", "image")]
    [InlineData("""{"file": "other.onnx"}""", "other.onnx")]
    [InlineData("""{"file": "m.onnx", "labels": "../m.onnx"}""", "../m.onnx")]
    [InlineData("""{"file": "m.onnx", "labels": "/etc/passwd"}""", "/etc/passwd")]
    [InlineData("""{"file": "m.onnx", "input": null}""", "input")]
    [InlineData("""{"file": "m.onnx", "input": {"mean": null}}""", "mean")]
    [InlineData("""{"file": "m.onnx", "input": {"width": 2000000000}}""", "8192")]
    [InlineData("""not json""", "manifest.schema.json")]
    public void A_manifest_that_is_wrong_says_where(string manifest, string names)
    {
        var path = _folder.Write("m.onnx", Small());
        _folder.Write("m.json", System.Text.Encoding.UTF8.GetBytes(manifest));

        var error = Assert.Throws<ModelException>(() => Model.Load(path).ScaleEnds);

        Assert.Equal(ModelFault.BadManifest, error.Fault);
        Assert.Contains(names, error.Message);
    }

    [Fact]
    public void Without_a_manifest_the_stated_assumptions_hold()
    {
        var model = Model.Load(_folder.Write("m.onnx", Small()));

        Assert.False(model.HasManifest);
        Assert.Equal([123.675f, 116.28f, 103.53f], model.Input.Mean);
        Assert.Equal((16, 16), (model.Input.Width, model.Input.Height));
        Assert.Equal(FastCam.Onnx.Input.FitRule.Crop, model.Input.Fit);
    }
}
