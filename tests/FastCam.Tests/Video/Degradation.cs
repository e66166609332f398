using FastCam.Video.Frames;

namespace FastCam.Tests.Video;

/// <summary>What the program does to a frame: it draws a map over it at 60 %, and dims what the network does not see.</summary>
static class Degradation
{
    public static void Overlay(FrameFormat format, Span<byte> pixels)
    {
        var across = Enumerable.Range(0, format.Width).Select(x => (float)Math.Sin(40.0 * x / format.Width)).ToArray();
        for (var y = 0; y < format.Height; y++)
        {
            var down = (float)Math.Cos(25.0 * y / format.Height);
            var row = pixels.Slice(y * format.Width, format.Width);
            for (var x = 0; x < row.Length; x++)
                row[x] = (byte)(0.4f * row[x] + 0.6f * 127.5f * (1 + across[x] * down));
        }

        pixels.Slice(format.LumaByteCount, format.ChromaByteCount).Fill(90);
        pixels[(format.LumaByteCount + format.ChromaByteCount)..].Fill(200);
    }

    public static void Dim(Span<byte> luma)
    {
        foreach (ref var sample in luma)
            sample = (byte)(sample * 115 / 256);
    }
}
