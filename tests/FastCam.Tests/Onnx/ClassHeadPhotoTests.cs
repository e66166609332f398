using FastCam.Onnx.ClassMaps;
using FastCam.Onnx.Heads;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Resampling;
using FastCam.Video.Stills;

namespace FastCam.Tests.Onnx;

/// <summary>Class maps of photos, by the bundled networks: where the object is, there the map is.</summary>
public sealed unsafe class ClassHeadPhotoTests
{
    /// <summary>A photo, its class and its object, in the photo's pixels; the narrow rocket's is a cell of the map wider on both sides.</summary>
    static readonly (string Photo, string Label, int Left, int Top, int Right, int Bottom)[] Photos =
    [
        ("chelsea.png", "Egyptian cat", 100, 75, 338, 275),
        ("coffee.png", "espresso", 175, 16, 417, 217),
        ("rocket.jpg", "missile", 224, 125, 417, 418),
        ("china.jpg", "palace", 107, 27, 365, 383),
    ];

    [Theory]
    [InlineData("efficientnet-lite0.onnx")]
    [InlineData("efficientnet-lite0-int8.onnx")]
    public void Every_methods_map_peaks_on_the_object(string name)
    {
        var model = Model.Load(Repository.File("models", name));
        using var network = CpuNetwork.Open(model);
        using var slot = network.CreateSlot();
        var (activation, size) = (model.ClassHead.Activation, new MapSize(model.Input.Width, model.Input.Height));
        var map = new float[size.Pixels];
        var top = new Prediction[1];
        foreach (var (photo, label, left, upper, right, lower) in Photos)
        {
            var rectangle = Feed(slot, model, Repository.File("media", "photos", photo));
            network.Run(slot);
            ClassScores.Top(slot.Scores, model.HasProbabilities, top);
            Assert.Equal(label, model.Labels[top[0].Class]);
            foreach (var method in ClassMapMethod.Names)
            {
                var classMap = new ClassMap(ClassMapMethod.Create(method)!, activation.Channels, new MapSize(activation.Width, activation.Height), size);
                classMap.Compute(slot.Export(model.ScaleEnds.Count - 1), model.ClassHead.GradientOf(top[0].Class), map);

                var places = map.Index().Select(pixel => (pixel.Item,
                    X: rectangle.X + (pixel.Index % size.Width + 0.5) * rectangle.Width / size.Width,
                    Y: rectangle.Y + (pixel.Index / size.Width + 0.5) * rectangle.Height / size.Height)).ToList();
                var inside = places.ToLookup(place => place.X >= left && place.X <= right && place.Y >= upper && place.Y <= lower, place => place.Item);
                Assert.Contains(1f, inside[true]);
                Assert.DoesNotContain(1f, inside[false]);
                Assert.True(
                    inside[true].Average() > 2 * inside[false].Average(),
                    $"{method} of {photo}: {inside[true].Average()} on the object, {inside[false].Average()} beside it");
            }
        }
    }

    [Fact]
    public void Another_class_has_another_map()
    {
        var model = Model.Load(Repository.File("models", "efficientnet-lite0.onnx"));
        using var network = CpuNetwork.Open(model);
        using var slot = network.CreateSlot();
        Feed(slot, model, Repository.File("media", "photos", "coffee.png"));
        network.Run(slot);
        var size = new MapSize(model.Input.Width, model.Input.Height);
        var classMap = new ClassMap(ClassMapMethod.Create("grad-cam")!, 1280, new MapSize(7, 7), size);
        float[] Map(string label)
        {
            var map = new float[size.Pixels];
            classMap.Compute(slot.Export(4), model.ClassHead.GradientOf(ClassLabels.Find(model.Labels, model.ClassHead.Classes, label)), map);
            return map;
        }

        var (cup, table) = (Map("espresso"), Map("dining table"));

        Assert.True(cup.Zip(table, (a, b) => Math.Abs(a - b)).Average() > 0.1, "the class does not matter");
    }

    static SourceRectangle Feed(NetworkSlot slot, Model model, string photo)
    {
        var image = StillImage.Load(photo);
        var (width, height) = (image.Format.Width, image.Format.Height);
        var rectangle = Fit.Rectangle(FitRule.Crop, width, height, model.Input.Width, model.Input.Height, model.Input.CropFraction);
        fixed (byte* pixels = image.Planes())
            new FrameToTensor(model.Input, width, height, rectangle).Apply(I420.Packed(pixels, width, height), slot.Input);
        return rectangle;
    }
}
