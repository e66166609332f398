namespace FastCam.Video;

/// <summary>Tells pictures by their first bytes: names lie.</summary>
static class ImageFormat
{
    static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".pgm", ".ppm" };

    /// <summary>For people.</summary>
    public const string Names = "JPEG, PNG, WebP, BMP, TIFF, PGM, PPM";

    /// <summary>The name says that it is a picture.</summary>
    public static bool IsNamedSo(string path) => Extensions.Contains(Path.GetExtension(path));

    /// <summary>FFmpeg's decoder for the picture; null when its format is none that is known here.</summary>
    /// <exception cref="MediaException">The file cannot be read.</exception>
    public static string? DecoderOf(string path) => DemuxerOf(path) switch
    {
        "jpeg_pipe" => "mjpeg",
        { } demuxer => demuxer[..demuxer.IndexOf('_')],
        null => null,
    };

    /// <summary>FFmpeg's name for the picture's format; null when it is none that is known here.</summary>
    /// <exception cref="MediaException">The file cannot be read.</exception>
    public static string? DemuxerOf(string path)
    {
        Span<byte> start = stackalloc byte[12];
        try
        {
            using var file = File.OpenRead(path);
            start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.SourceUnreadable, $"{path} cannot be read: {error.Message}", error);
        }

        return start switch
        {
            [0xFF, 0xD8, 0xFF, ..] => "jpeg_pipe",
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "png_pipe",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P'] => "webp_pipe",
            [(byte)'B', (byte)'M', ..] => "bmp_pipe",
            [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "tiff_pipe",
            [(byte)'P', (byte)'5', ..] => "pgm_pipe",
            [(byte)'P', (byte)'6', ..] => "ppm_pipe",
            _ => null,
        };
    }
}
