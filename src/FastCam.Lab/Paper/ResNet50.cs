namespace FastCam.Lab.Paper;

/// <summary>The multiply-adds of ResNet-50's convolutions and classifier for one image of 224×224, layer by layer (He et al. 2015, Table 1).</summary>
static class ResNet50
{
    static readonly int[] Blocks = [3, 4, 6, 3];

    /// <param name="strideOnFirst">A stage's stride is on its first 1×1 convolution, as published; otherwise on the 3×3, as torchvision and most files have it.</param>
    public static long MultiplyAdds(bool strideOnFirst = true)
    {
        const int StemSide = 112, StemChannels = 64, Classes = 1000;
        var total = Convolution(StemSide, 3, StemChannels, 7);
        var inputs = StemChannels;
        foreach (var (stage, blocks) in Blocks.Index())
        {
            var (side, width) = (56 >> stage, 64 << stage);
            var outputs = 4 * width;
            for (var block = 0; block < blocks; block++)
            {
                var reduces = block == 0 && stage > 0;
                total += Convolution(reduces && !strideOnFirst ? 2 * side : side, inputs, width, 1) + Convolution(side, width, width, 3) + Convolution(side, width, outputs, 1);
                if (block == 0) total += Convolution(side, inputs, outputs, 1);
                inputs = outputs;
            }
        }

        return total + inputs * Classes;
    }

    static long Convolution(int side, int inputs, int outputs, int kernel) => (long)side * side * inputs * outputs * kernel * kernel;
}
