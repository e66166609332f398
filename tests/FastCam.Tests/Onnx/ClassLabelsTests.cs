using FastCam.Onnx.ClassMaps;

namespace FastCam.Tests.Onnx;

public sealed class ClassLabelsTests
{
    static readonly string[] Labels = File.ReadAllLines(Repository.File("models", "imagenet1k.labels.txt"));

    [Theory]
    [InlineData("0", 0)]
    [InlineData(" 285 ", 285)]
    [InlineData("Egyptian cat", 285)]
    [InlineData("egyptian CAT", 285)]
    [InlineData("crane", 517)]
    [InlineData("gyptian", 285)]
    public void An_index_a_label_or_a_part_of_one_names_a_class(string text, int expected) => Assert.Equal(expected, ClassLabels.Find(Labels, 1000, text));

    [Theory]
    [InlineData("1000", "There is no class 1000; the classes are 0 to 999.")]
    [InlineData("-1", "No class is called \"-1\"")]
    [InlineData("unicorn", "No class is called \"unicorn\"; give a label, a part of one, or an index from 0 to 999.")]
    [InlineData("", "No class is called \"\"")]
    [InlineData("espress", "\"espress\" is 2 classes: espresso maker (550), espresso (967)")]
    public void What_names_none_or_several_is_said_in_a_sentence(string text, string sentence) =>
        Assert.StartsWith(sentence, Assert.Throws<FormatException>(() => ClassLabels.Find(Labels, 1000, text)).Message);

    [Fact]
    public void Of_many_classes_five_are_named()
    {
        var message = Assert.Throws<FormatException>(() => ClassLabels.Find(Labels, 1000, "terrier")).Message;

        var count = Labels.Count(label => label.Contains("terrier", StringComparison.OrdinalIgnoreCase));
        Assert.StartsWith($"\"terrier\" is {count} classes: ", message);
        Assert.Equal(5, message.Count(letter => letter == '('));
        Assert.Contains($" and {count - 5} more", message);
    }

    [Fact]
    public void A_label_that_two_classes_share_needs_the_index() =>
        Assert.Equal(
            "\"crane\" is 2 classes: crane (0), Crane (2); give the whole label, or the index.",
            Assert.Throws<FormatException>(() => ClassLabels.Find(["crane", "crane fly", "Crane"], 3, "crane")).Message);

    [Fact]
    public void Without_labels_only_an_index_is_a_class()
    {
        Assert.Equal(3, ClassLabels.Find([], 10, "3"));
        Assert.Contains("no labels; give an index from 0 to 9", Assert.Throws<FormatException>(() => ClassLabels.Find([], 10, "cat")).Message);
    }

    [Theory]
    [InlineData(0, "cat")]
    [InlineData(1, "dog")]
    [InlineData(2, "class 2")]
    public void A_class_without_a_label_is_named_by_its_number(int index, string name) => Assert.Equal(name, ClassLabels.NameOf(["cat", "dog"], index));
}
