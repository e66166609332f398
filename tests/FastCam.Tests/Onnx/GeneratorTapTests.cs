using FastCam.Lab.Generation;
using FastCam.Onnx.Graph.Proto;

namespace FastCam.Tests.Onnx;

/// <summary>The tap finder on generated networks: whole, in every layout, and broken on purpose.</summary>
public sealed class GeneratorTapTests
{
    public static TheoryData<string> Names => GeneratedNetworks.Names;

    [Fact]
    public void Every_network_is_in_the_table() => Assert.Equal(NetworkGenerator.Names, GeneratedNetworks.Tabulated);

    [Theory, MemberData(nameof(Names))]
    public void Finds_the_scale_ends(string name) => FindsThem(name, new GeneratorOptions());

    [Theory, MemberData(nameof(Names))]
    public void Finds_them_with_batch_norms_kept(string name) => FindsThem(name, new GeneratorOptions { KeepBatchNorm = true });

    [Theory, MemberData(nameof(Names))]
    public void Finds_them_behind_a_transposed_input_with_an_open_batch(string name) =>
        FindsThem(name, new GeneratorOptions { Nhwc = NhwcLayout.Ends, Dynamic = DynamicSizes.Batch });

    [Theory, MemberData(nameof(Names))]
    public void Finds_them_with_channels_last_throughout(string name) => FindsThem(name, new GeneratorOptions { Nhwc = NhwcLayout.Throughout });

    [Theory, MemberData(nameof(Names))]
    public void Finds_them_with_all_sizes_open_where_the_head_allows_it(string name)
    {
        var options = new GeneratorOptions { Dynamic = DynamicSizes.Both };
        if (name is "vgg16" or "vgg16-bn" or "alexnet" or "yolov8n")
            Assert.Contains("one size", Assert.Throws<ArgumentException>(() => GeneratedNetworks.Write(name, options)).Message);
        else
            FindsThem(name, options);
    }

    [Theory, MemberData(nameof(Names))]
    public void Names_do_not_matter(string name)
    {
        var (file, network) = GeneratedNetworks.Write(name, new GeneratorOptions());
        var random = new Random(3);
        var names = network.ScaleEnds.ToDictionary(end => end.Tensor, _ => Convert.ToHexString(BitConverter.GetBytes(random.NextInt64())));

        var renamed = GeneratedNetworks.Rewrite(file, node =>
        {
            Rename(node.Input, names);
            Rename(node.Output, names);
            return [node];
        });

        GeneratedNetworks.AssertPicks(name, renamed, network.ScaleEnds.Select(end => names[end.Tensor]));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_branch_that_is_computed_from_a_scale_end_and_added_back_does_not_move_it(string name)
    {
        var (file, network) = GeneratedNetworks.Write(name, new GeneratorOptions());
        var joined = network.ScaleEnds.ToDictionary(end => end.Tensor, end => end.Tensor + "_joined");

        var branched = GeneratedNetworks.Rewrite(file, node =>
        {
            Rename(node.Input, joined);
            if (!joined.TryGetValue(node.Output[0], out var sum))
                return [node];
            var end = node.Output[0];
            var branch = end + "_branch";
            return [node, Node("Sigmoid", branch, end), Node("Add", sum, end, branch)];
        });

        GeneratedNetworks.AssertPicks(name, branched, network.ScaleEnds.Select(end => end.Tensor));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_rectifier_straight_after_the_stride_is_not_taken_for_the_end(string name)
    {
        var (file, network) = GeneratedNetworks.Write(name, new GeneratorOptions());
        var strided = 0;
        var last = false; // After the last scale end a rectifier would make a scale of its own.

        var rectified = GeneratedNetworks.Rewrite(file, node =>
        {
            last |= node.Output[0] == network.ScaleEnds[^1].Tensor;
            if (last || !node.Attribute.Any(attribute => attribute.Name == "strides" && attribute.Ints[0] > 1))
                return [node];
            strided++;
            var output = node.Output[0];
            var before = node.Output[0] = output + "_strided";
            return [node, Node("Relu", output, before)];
        });

        Assert.True(strided >= network.ScaleEnds.Count - 1);
        GeneratedNetworks.AssertPicks(name, rectified, network.ScaleEnds.Select(end => end.Tensor));
    }

    static void FindsThem(string name, GeneratorOptions options)
    {
        var (file, network) = GeneratedNetworks.Write(name, options);

        GeneratedNetworks.AssertPicks(name, file, network.ScaleEnds.Select(end => end.Tensor));
    }

    static void Rename(IList<string> tensors, Dictionary<string, string> names)
    {
        for (var i = 0; i < tensors.Count; i++)
            tensors[i] = names.GetValueOrDefault(tensors[i], tensors[i]);
    }

    static NodeProto Node(string type, string output, params string[] inputs)
    {
        var node = new NodeProto { OpType = type, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        return node;
    }
}
