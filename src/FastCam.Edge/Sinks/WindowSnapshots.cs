using System.Globalization;
using FastCam.Video.Frames;
using FastCam.Video.Stills;

namespace FastCam.Edge.Sinks;

/// <summary>Saves overlays of a window as PNG, one at a time and beside the stream. No file that exists is overwritten.</summary>
/// <param name="folder">The folder; it is made when the first one is saved.</param>
/// <param name="stream">The stream's name, which the files' names begin with.</param>
/// <param name="tell">Told what came of it, in a sentence.</param>
sealed class WindowSnapshots(string folder, string stream, Action<string> tell)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    Task _saving = Task.CompletedTask;

    /// <summary>Begins to save an overlay, which is copied.</summary>
    /// <returns>What is to be said meanwhile.</returns>
    public string Save(Frame overlay, long sequence)
    {
        if (!_saving.IsCompleted)
            return "still saving the last one";
        var (format, pixels) = (overlay.Format, overlay.Pixels.ToArray());
        var time = DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var name = $"{string.Join('_', stream.Split(Path.GetInvalidFileNameChars()))}-{time}-{sequence}";
        _saving = Task.Run(() =>
        {
            try
            {
                Directory.CreateDirectory(folder);
                var path = Reserve(name);
                var rgb = new byte[3 * format.LumaByteCount];
                I420Conversion.ToRgb(pixels, format, rgb);
                new StillImage(format.Width, format.Height, rgb).SavePng(path);
                tell($"saved {path}");
            }
            catch (Exception e)
            {
                // A snapshot that cannot be had is no reason to end a stream.
                tell($"not saved: {e.Message}");
            }
        });
        return "saving";
    }

    /// <summary>Waits for what is being saved, within a bound.</summary>
    public void Wait() => _saving.Wait(Patience);

    /// <summary>Creates a file that is not there yet.</summary>
    string Reserve(string name)
    {
        for (var number = 1; ; number++)
        {
            var path = Path.Combine(folder, number == 1 ? $"{name}.png" : $"{name}-{number}.png");
            try
            {
                using (new FileStream(path, FileMode.CreateNew))
                    return path;
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another window of the stream, or the same one within a second, has that name.
            }
        }
    }
}
