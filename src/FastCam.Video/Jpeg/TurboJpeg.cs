using System.Runtime.InteropServices;

namespace FastCam.Video.Jpeg;

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
        CompressFromPlanes = (delegate* unmanaged<nint, byte**, int, int*, int, int, byte**, nuint*, int, int, int>)NativeLibrary.GetExport(library, "tjCompressFromYUVPlanes");
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

        throw new MediaException(MediaFault.LibraryMissing, $"The library libjpeg-turbo ({Names[0]}) is missing: install it (apt-get install libturbojpeg0; winget install libjpeg-turbo.libjpeg-turbo.VC).");
    }
}
