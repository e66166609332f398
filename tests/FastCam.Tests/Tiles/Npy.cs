using System.Runtime.InteropServices;
using System.Text;

namespace FastCam.Tests.Tiles;

/// <summary>A two-dimensional float32 array as NumPy keeps it.</summary>
sealed record Npy(float[] Values, int Height, int Width)
{
    public float this[int row, int column] => Values[row * Width + column];

    public static Npy Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        Assert.Equal("NUMPY", Encoding.ASCII.GetString(bytes, 1, 5));
        var headerLength = BitConverter.ToUInt16(bytes, 8);
        Assert.Equal(0, (10 + headerLength) % 64);
        var header = Encoding.ASCII.GetString(bytes, 10, headerLength);
        var shape = header[(header.IndexOf('(') + 1)..header.IndexOf(')')].Split(',').Select(int.Parse).ToArray();
        var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + headerLength)).ToArray();
        Assert.Equal(shape[0] * shape[1], values.Length);
        return new Npy(values, shape[0], shape[1]);
    }
}
