using System.Runtime.InteropServices;
using System.Text;

namespace FastCam.Edge.Images;

/// <summary>Writes NumPy's array format, version 1.0: two-dimensional float32, little-endian, C order.</summary>
static class NpyFile
{
    const int Alignment = 64;

    public static void Write(string path, ReadOnlySpan<float> values, int height, int width)
    {
        using var file = File.Create(path);
        WriteHeader(file, height, width);
        file.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Writes the header, which stands before the values.</summary>
    public static void WriteHeader(Stream file, int height, int width)
    {
        var description = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({height}, {width}), }}";
        const int Preamble = 10; // The magic string, the version and the header's length take 10 bytes.
        var padded = (Preamble + description.Length + 1 + Alignment - 1) / Alignment * Alignment - Preamble;
        file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)padded, (byte)(padded >> 8)]);
        file.Write(Encoding.ASCII.GetBytes(description.PadRight(padded - 1) + "\n"));
    }
}
