using System.Runtime.InteropServices;
using FastCam.Onnx.Taps;
using FastCam.Video;
using Microsoft.Win32.SafeHandles;

namespace FastCam.Edge.Tiles;

/// <summary>Every tile's layer statistics, on disk between the two passes: reading them back is far cheaper than running the network again.</summary>
sealed class LayerStore(IReadOnlyList<Tap> taps, string folder) : IDisposable
{
    readonly SafeFileHandle _file = ScratchFile.Create(folder);
    readonly float[] _values = new float[taps.Sum(tap => tap.Pixels)];

    /// <summary>The current tile's values of one layer.</summary>
    public Span<float> Layer(int layer)
    {
        var start = 0;
        for (var before = 0; before < layer; before++) start += taps[before].Pixels;
        return _values.AsSpan(start, taps[layer].Pixels);
    }

    /// <summary>Keeps the current values as those of a tile.</summary>
    public void Save(int tile) => RandomAccess.Write(_file, Bytes, At(tile));

    /// <summary>Makes the values kept of a tile the current ones.</summary>
    public void Load(int tile)
    {
        var bytes = Bytes;
        for (var done = 0; done < bytes.Length;)
        {
            var count = RandomAccess.Read(_file, bytes[done..], At(tile) + done);
            if (count == 0) throw new EndOfStreamException();
            done += count;
        }
    }

    public void Dispose() => _file.Dispose();

    Span<byte> Bytes => MemoryMarshal.AsBytes(_values.AsSpan());

    long At(int tile) => (long)tile * _values.Length * sizeof(float);
}
