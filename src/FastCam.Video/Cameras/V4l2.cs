using System.Runtime.InteropServices;
using System.Text;
using FastCam.Video.Frames;

namespace FastCam.Video.Cameras;

/// <summary>Asks one of Linux's video devices what it is and can do.</summary>
static unsafe class V4l2Device
{
    const int MostEntries = 64; // a driver's list that never ends is cut here

    /// <summary>Returns the camera; null when the device is no camera, or may not be opened.</summary>
    public static Camera? Describe(string path)
    {
        var device = V4l2.Open(path);
        if (device < 0)
            return null;
        try
        {
            V4l2.Capabilities capabilities = default;
            if (V4l2.Control(device, V4l2.QueryCapabilities, &capabilities) < 0)
                return null;
            var can = (capabilities.All & V4l2.CapabilityDeviceCaps) != 0 ? capabilities.OfDevice : capabilities.All;
            return (can & V4l2.CapabilityVideoCapture) != 0
                ? new Camera(path, V4l2.Text(new ReadOnlySpan<byte>(capabilities.Card, 32)), Modes(device))
                : null;
        }
        finally
        {
            V4l2.Close(device);
        }
    }

    static List<CameraModes> Modes(int device)
    {
        var modes = new List<CameraModes>();
        for (var i = 0u; i < MostEntries; i++)
        {
            var format = new V4l2.Format { Index = i, Type = V4l2.Capture };
            if (V4l2.Control(device, V4l2.EnumerateFormats, &format) < 0)
                break;
            foreach (var size in Sizes(device, format.Fourcc))
                modes.Add(new CameraModes(V4l2.PixelFormat(format.Fourcc), size, Rates(device, format.Fourcc, size)));
        }

        return modes;
    }

    static List<FrameFormat> Sizes(int device, uint fourcc)
    {
        var sizes = new List<FrameFormat>();
        for (var i = 0u; i < MostEntries; i++)
        {
            var size = new V4l2.Size { Index = i, Fourcc = fourcc };
            if (V4l2.Control(device, V4l2.EnumerateSizes, &size) < 0)
                break;
            if (size.Kind == V4l2.Discrete)
            {
                sizes.Add(new FrameFormat((int)size.Width, (int)size.Height));
                continue;
            }

            // The driver gives a range, and its greatest size stands for it.
            sizes.Add(new FrameFormat((int)size.Height, (int)size.GreatestHeight));
            break;
        }

        return sizes;
    }

    static List<double> Rates(int device, uint fourcc, FrameFormat size)
    {
        var rates = new List<double>();
        for (var i = 0u; i < MostEntries; i++)
        {
            var interval = new V4l2.Interval { Index = i, Fourcc = fourcc, Width = (uint)size.Width, Height = (uint)size.Height };
            if (V4l2.Control(device, V4l2.EnumerateIntervals, &interval) < 0 || interval.Numerator == 0)
                break;
            rates.Add(Math.Round((double)interval.Denominator / interval.Numerator, 2));
            if (interval.Kind != V4l2.Discrete)
                break;
        }

        rates.Sort((a, b) => b.CompareTo(a));
        return rates;
    }
}

/// <summary>The part of Linux's interface to cameras (linux/videodev2.h) that tells what there is.</summary>
static unsafe class V4l2
{
    public const uint CapabilityVideoCapture = 0x1, CapabilityDeviceCaps = 0x8000_0000;
    public const uint Capture = 1; // V4L2_BUF_TYPE_VIDEO_CAPTURE
    public const uint Discrete = 1; // sizes and intervals are listed one by one, not as ranges

    public const uint QueryCapabilities = 0x8068_5600; // _IOR('V', 0, 104)
    public const uint EnumerateFormats = 0xC040_5602; // _IOWR('V', 2, 64)
    public const uint EnumerateSizes = 0xC02C_564A; // _IOWR('V', 74, 44)
    public const uint EnumerateIntervals = 0xC034_564B; // _IOWR('V', 75, 52)

    const int ReadWriteNonBlocking = 0x802; // O_RDWR | O_NONBLOCK

    // The functions are looked up in the program's own scope, as every C program does, and not by libc's name. Otherwise a
    // library that stands in for a device by LD_PRELOAD, such as libv4l's v4l2convert.so, would be passed over.
    static readonly nint Program = NativeLibrary.GetMainProgramHandle();
    static readonly delegate* unmanaged<byte*, int, int, int> OpenFile =
        (delegate* unmanaged<byte*, int, int, int>)NativeLibrary.GetExport(Program, "open");
    static readonly delegate* unmanaged<int, int> CloseFile = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(Program, "close");
    static readonly delegate* unmanaged<int, nuint, void*, int> ControlDevice =
        (delegate* unmanaged<int, nuint, void*, int>)NativeLibrary.GetExport(Program, "ioctl");

    /// <summary>Opens a device file. Returns its descriptor; a negative number when it cannot be opened.</summary>
    public static int Open(string path)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + '\0'))
            return OpenFile(bytes, ReadWriteNonBlocking, 0);
    }

    public static void Close(int device) => _ = CloseFile(device);

    /// <summary>Sends a request. Returns a negative number when the device does not know it, or has no more to say.</summary>
    public static int Control(int device, nuint request, void* argument) => ControlDevice(device, request, argument);

    public static string Text(ReadOnlySpan<byte> field) =>
        Encoding.UTF8.GetString(field[..(field.IndexOf((byte)0) is >= 0 and var end ? end : field.Length)]);

    /// <summary>FFmpeg's name of a pixel format, or its four letters where it has none.</summary>
    public static string PixelFormat(uint fourcc)
    {
        var letters = Encoding.ASCII.GetString(BitConverter.GetBytes(fourcc)).TrimEnd();
        return letters switch
        {
            "MJPG" or "JPEG" => "mjpeg",
            "YUYV" => "yuyv422",
            "UYVY" => "uyvy422",
            "NV12" => "nv12",
            "YU12" => "yuv420p",
            "H264" => "h264",
            "HEVC" => "hevc",
            "GREY" => "gray",
            _ => letters,
        };
    }

    // Fields stand at the header's offsets; only the kernel uses the rest of each structure.
    [StructLayout(LayoutKind.Explicit, Size = 104)]
    public struct Capabilities
    {
        [FieldOffset(16)] public fixed byte Card[32];
        [FieldOffset(84)] public uint All;
        [FieldOffset(88)] public uint OfDevice;
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    public struct Format
    {
        [FieldOffset(0)] public uint Index;
        [FieldOffset(4)] public uint Type;
        [FieldOffset(44)] public uint Fourcc;
    }

    [StructLayout(LayoutKind.Explicit, Size = 44)]
    public struct Size
    {
        [FieldOffset(0)] public uint Index;
        [FieldOffset(4)] public uint Fourcc;
        [FieldOffset(8)] public uint Kind;
        [FieldOffset(12)] public uint Width; // the least width, where sizes are a range
        [FieldOffset(16)] public uint Height; // the greatest width, where sizes are a range
        [FieldOffset(28)] public uint GreatestHeight;
    }

    [StructLayout(LayoutKind.Explicit, Size = 52)]
    public struct Interval
    {
        [FieldOffset(0)] public uint Index;
        [FieldOffset(4)] public uint Fourcc;
        [FieldOffset(8)] public uint Width;
        [FieldOffset(12)] public uint Height;
        [FieldOffset(16)] public uint Kind;
        [FieldOffset(20)] public uint Numerator; // of the shortest interval, where intervals are a range
        [FieldOffset(24)] public uint Denominator;
    }
}
