using FastCam.Video.Frames;

namespace FastCam.Video.Cameras;

/// <summary>Asks one of Linux's video devices what it is and can do.</summary>
static unsafe class V4l2Device
{
    const int MostEntries = 64; // of a list: a driver that never ends one is not believed

    /// <summary>Null when the device is no camera, or may not be opened.</summary>
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

            sizes.Add(new FrameFormat((int)size.Height, (int)size.GreatestHeight)); // a range: its greatest
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
