using FastCam.Video;

namespace FastCam.Tests.Video;

/// <summary>What the product does to a picture on its way: a map drawn over it at 60 %, and dimming of what the network does not see.</summary>
static class Degradation
{
    public static void Overlay(FrameFormat format, Span<byte> pixels)
    {
        for (var y = 0; y < format.Height; y++)
        {
            for (var x = 0; x < format.Width; x++)
            {
                ref var sample = ref pixels[y * format.Width + x];
                var map = 127.5 * (1 + Math.Sin(40.0 * x / format.Width) * Math.Cos(25.0 * y / format.Height));
                sample = (byte)(0.4 * sample + 0.6 * map);
            }
        }

        pixels.Slice(format.LumaByteCount, format.ChromaByteCount).Fill(90);
        pixels[(format.LumaByteCount + format.ChromaByteCount)..].Fill(200);
    }

    public static void Dim(Span<byte> luma)
    {
        foreach (ref var sample in luma)
            sample = (byte)(0.45 * sample);
    }
}
