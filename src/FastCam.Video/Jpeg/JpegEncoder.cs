using System.Runtime.InteropServices;
using FastCam.Video.Frames;

namespace FastCam.Video.Jpeg;

/// <summary>Codes frames as JPEG. One thread at a time may use it; coding allocates nothing.</summary>
public sealed unsafe class JpegEncoder : IDisposable
{
    const int Subsampling420 = 2;
    const int FlagNoReallocation = 1024;

    readonly TurboJpeg _library = TurboJpeg.Library;
    nint _handle;

    /// <summary>Makes a coder.</summary>
    /// <exception cref="MediaException">libjpeg-turbo is not installed (<see cref="MediaFault.LibraryMissing"/>).</exception>
    public JpegEncoder()
    {
        _handle = _library.InitCompress();
        if (_handle == 0)
            throw new OutOfMemoryException("libjpeg-turbo could not make a coder.");
    }

    /// <summary>Returns the most bytes that the code of a frame of this size can take, whatever the frame shows.</summary>
    /// <exception cref="MediaException">libjpeg-turbo is not installed.</exception>
    public static int MaximumByteCount(FrameFormat format) =>
        checked((int)TurboJpeg.Library.BufferSize(format.Width, format.Height, Subsampling420));

    /// <summary>Codes one frame.</summary>
    /// <param name="format">Its size.</param>
    /// <param name="pixels">Planes Y, U and V one after another.</param>
    /// <param name="quality">1 to 100.</param>
    /// <param name="target">At least <see cref="MaximumByteCount"/> bytes.</param>
    /// <returns>How many bytes of <paramref name="target"/> the code takes.</returns>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The quality is below 1 or above 100.</exception>
    public int Encode(FrameFormat format, ReadOnlySpan<byte> pixels, int quality, Span<byte> target)
    {
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (pixels.Length < format.ByteCount)
            throw format.WrongLength(pixels.Length, nameof(pixels));
        if (target.Length < MaximumByteCount(format))
            throw new ArgumentException($"The code of {format} may take {MaximumByteCount(format)} bytes, and there are {target.Length}.", nameof(target));

        fixed (byte* source = pixels, code = target)
        {
            // With an odd width or height libjpeg-turbo reads one sample or row past plane Y, for a margin that is not shown.
            // These samples lie in plane U, so they are never outside the frame.
            var planes = stackalloc byte*[3] { source, source + format.LumaByteCount, source + format.LumaByteCount + format.ChromaByteCount };
            var strides = stackalloc int[3] { format.Width, format.ChromaWidth, format.ChromaWidth };
            var output = code;
            var length = (nuint)target.Length;
            var failed = _library.CompressFromPlanes(
                _handle, planes, format.Width, strides, format.Height, Subsampling420, &output, &length, quality, FlagNoReallocation) != 0;
            if (failed)
                throw new InvalidOperationException($"libjpeg-turbo: {Marshal.PtrToStringUTF8(_library.ErrorText(_handle))}");
            return (int)length;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle != 0)
            _ = _library.Destroy(_handle);
        _handle = 0;
    }
}

/// <summary>The functions of libjpeg-turbo that are used here.</summary>
sealed unsafe class TurboJpeg
{
    static readonly string[] Names = OperatingSystem.IsWindows() ? ["turbojpeg.dll", "libturbojpeg.dll"]
        : OperatingSystem.IsMacOS() ? ["libturbojpeg.dylib", "libturbojpeg.0.dylib"]
        : ["libturbojpeg.so.0", "libturbojpeg.so"];

    static readonly Lazy<TurboJpeg> Loaded = new(() => new TurboJpeg(), LazyThreadSafetyMode.PublicationOnly);

    TurboJpeg()
    {
        var library = Load();
        InitCompress = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "tjInitCompress");
        Destroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "tjDestroy");
        BufferSize = (delegate* unmanaged<int, int, int, nuint>)NativeLibrary.GetExport(library, "tjBufSize");
        CompressFromPlanes = (delegate* unmanaged<nint, byte**, int, int*, int, int, byte**, nuint*, int, int, int>)
            NativeLibrary.GetExport(library, "tjCompressFromYUVPlanes");
        ErrorText = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(library, "tjGetErrorStr2");
    }

    /// <exception cref="MediaException">It is not installed.</exception>
    public static TurboJpeg Library => Loaded.Value;

    public delegate* unmanaged<nint> InitCompress { get; }

    public delegate* unmanaged<nint, int> Destroy { get; }

    public delegate* unmanaged<int, int, int, nuint> BufferSize { get; }

    public delegate* unmanaged<nint, byte**, int, int*, int, int, byte**, nuint*, int, int, int> CompressFromPlanes { get; }

    public delegate* unmanaged<nint, nint> ErrorText { get; }

    static nint Load()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, typeof(TurboJpeg).Assembly, null, out var library))
                return library;
        }

        throw new MediaException(
            MediaFault.LibraryMissing,
            $"The library libjpeg-turbo ({Names[0]}) is missing: install it (apt-get install libturbojpeg0; "
            + "winget install libjpeg-turbo.libjpeg-turbo.VC).");
    }
}
