using FastCam.Saliency.Imaging;

namespace FastCam.Tests.Saliency;

public sealed class ByteTableTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(448)]
    public void Every_entry_is_found_wherever_it_stands(int length)
    {
        var random = new Random(5);
        var (table, indices, values) = (new byte[256], new byte[length], new byte[length]);
        random.NextBytes(table);
        for (var shift = 0; shift < 256; shift += 17)
        {
            for (var i = 0; i < length; i++)
                indices[i] = (byte)(i * 7 + shift);
            ByteTable.LookUp(table, indices, values);
            Assert.Equal(indices.Select(index => table[index]), values);
        }
    }
}
