using System.Runtime.ExceptionServices;
using NetVips;

namespace FastCam.Video.Stills;

/// <summary>Writes the images of a map that is too large to be held, as PNG, with some rows of them in memory.</summary>
public static class MapImages
{
    /// <summary>Of 1 to 9. At the next level files take a quarter less room and a third more time.</summary>
    const int Effort = 1;

    const double Half = 0.5;

    /// <summary>Writes the map in grey, in 16 bits.</summary>
    /// <param name="map">The map, 0..1.</param>
    /// <param name="output">Where the PNG goes; not closed.</param>
    /// <param name="stop">Asks for an early end.</param>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    /// <exception cref="OperationCanceledException">The end was asked for.</exception>
    public static void WriteGrey(MapRows map, Stream output, CancellationToken stop)
    {
        StillLibrary.Require();
        using var values = map.Open(out var source);
        using (source)
        {
            using var scaled = values.Linear([ushort.MaxValue], [Half]);
            using var numbers = scaled.Cast(Enums.BandFormat.Ushort);
            using var image = numbers.Copy(interpretation: Enums.Interpretation.Grey16);
            Save(image, output, stop, error => new IOException($"the map is not read back ({error.Message.Trim()})", error));
        }
    }

    /// <summary>Writes the overlay: each pixel of the image mixed with the colour of the map's level there, in RGB.</summary>
    /// <param name="path">The image.</param>
    /// <param name="map">The map, 0..1, of the image's size.</param>
    /// <param name="colours">256 × 3 bytes: red, green and blue of level 0 to 255.</param>
    /// <param name="opacity">The share of the colours, 0..1.</param>
    /// <param name="output">Where the PNG goes; not closed.</param>
    /// <param name="stop">Asks for an early end.</param>
    /// <exception cref="MediaException">The image is no longer what it was.</exception>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    /// <exception cref="OperationCanceledException">The end was asked for.</exception>
    public static void WriteOverlay(string path, MapRows map, ReadOnlySpan<byte> colours, float opacity, Stream output, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(colours.Length, 256 * 3);
        using var image = StillPipeline.Open(path);
        using var values = map.Open(out var source);
        using (source)
        {
            // libvips would widen the smaller of two images of different sizes.
            if (image.Width != values.Width || image.Height != values.Height)
                throw new MediaException(MediaFault.SourceFailed, $"{path} was changed while it was explained, from {values.Width}x{values.Height} to {image.Width}x{image.Height}: explain it again.");
            var shares = new float[colours.Length];
            for (var i = 0; i < shares.Length; i++)
                shares[i] = opacity * colours[i] + (float)Half;
            using var table = Image.NewFromMemory(shares, 256, 1, 3, Enums.BandFormat.Float);
            using var scaled = values.Linear([byte.MaxValue], [Half]);
            using var levels = scaled.Cast(Enums.BandFormat.Uchar);
            using var coloured = levels.Maplut(table);
            using var rest = image.Image.Linear([1 - opacity], [0.0]);
            using var mixed = rest + coloured;
            using var bytes = mixed.Cast(Enums.BandFormat.Uchar);
            using var overlay = bytes.Copy(interpretation: Enums.Interpretation.Srgb);
            Save(overlay, output, stop, image.Explain);
        }
    }

    /// <summary>Writes an image as PNG, piece by piece as it is compressed.</summary>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    /// <exception cref="OperationCanceledException">The end was asked for.</exception>
    internal static void Save(Image image, Stream output, CancellationToken stop, Func<VipsException, Exception> explain)
    {
        ExceptionDispatchInfo? fault = null;
        using var target = new TargetCustom();
        target.OnWrite += (bytes, length) =>
        {
            // What is thrown here would have to pass through libvips.
            try
            {
                output.Write(bytes, 0, length);
                return length;
            }
            catch (IOException error)
            {
                fault = ExceptionDispatchInfo.Capture(error);
                return -1;
            }
        };
        if (stop.CanBeCanceled)
            image.SetProgress(new Unheard(), stop);
        try
        {
            image.PngsaveTarget(target, compression: Effort, filter: Enums.ForeignPngFilter.Up, keep: Enums.ForeignKeep.None);
        }
        catch (VipsException error)
        {
            stop.ThrowIfCancellationRequested();
            fault?.Throw();
            throw explain(error);
        }

        fault?.Throw();
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>Only with progress does libvips look whether it is to end.</summary>
    sealed class Unheard : IProgress<int>
    {
        public void Report(int value)
        {
        }
    }
}
