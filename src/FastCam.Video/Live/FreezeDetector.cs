using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FastCam.Video.Live;

/// <summary>Notices a picture that stays the same: every camera has noise, and a sample of its pixels is never twice alike.</summary>
sealed class FreezeDetector(TimeSpan after)
{
    const int Step = 61; // words of 8 bytes; no divisor of common row lengths

    ulong _sample;
    long _since;
    long _seen;

    /// <summary>How long the pictures that came have been the same, once that is suspicious. While none comes, it stays.</summary>
    public TimeSpan? FrozenFor
    {
        get
        {
            var since = Volatile.Read(ref _since);
            return since > 0 && Stopwatch.GetElapsedTime(since, Volatile.Read(ref _seen)) is var time && time >= after ? time : null;
        }
    }

    /// <summary>Another connection begins.</summary>
    public void Begin()
    {
        _sample = 0;
        Volatile.Write(ref _since, 0);
    }

    public void Look(ReadOnlySpan<byte> pixels)
    {
        var sample = (ulong)pixels.Length;
        var words = MemoryMarshal.Cast<byte, ulong>(pixels);
        for (var i = 0; i < words.Length; i += Step)
            sample = (sample ^ words[i]) * 0x9E3779B97F4A7C15; // multiplicative hashing by the golden ratio
        var now = Stopwatch.GetTimestamp();
        Volatile.Write(ref _seen, now);
        if (sample == _sample)
            return;
        _sample = sample;
        Volatile.Write(ref _since, now);
    }
}
