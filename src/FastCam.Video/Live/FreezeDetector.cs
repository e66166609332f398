using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FastCam.Video.Live;

/// <summary>
/// Notices frames that stay the same. Every camera has noise, so a sample of its pixels is never the same twice.
/// </summary>
sealed class FreezeDetector(TimeSpan after)
{
    const int Step = 61; // in words of 8 bytes; it divides no common row length

    ulong _sample;
    long _since;
    long _seen;

    /// <summary>How long the frames have been the same; null until that is suspicious. While no frame comes, the time stands still.</summary>
    public TimeSpan? FrozenFor
    {
        get
        {
            var since = Volatile.Read(ref _since);
            if (since == 0)
                return null;
            var time = Stopwatch.GetElapsedTime(since, Volatile.Read(ref _seen));
            return time >= after ? time : null;
        }
    }

    /// <summary>Starts anew with another connection.</summary>
    public void Begin()
    {
        _sample = 0;
        Volatile.Write(ref _since, 0);
    }

    /// <summary>Compares the next frame with its predecessor.</summary>
    public void Look(ReadOnlySpan<byte> pixels)
    {
        var sample = (ulong)pixels.Length;
        var words = MemoryMarshal.Cast<byte, ulong>(pixels);
        for (var i = 0; i < words.Length; i += Step)
            sample = (sample ^ words[i]) * 0x9E3779B97F4A7C15; // this is multiplicative hashing by the golden ratio
        var now = Stopwatch.GetTimestamp();
        Volatile.Write(ref _seen, now);
        if (sample == _sample)
            return;
        _sample = sample;
        Volatile.Write(ref _since, now);
    }
}
