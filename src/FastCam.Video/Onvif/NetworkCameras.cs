using FastCam.Video.Network;

namespace FastCam.Video.Onvif;

/// <summary>The cameras of the network that speak ONVIF.</summary>
public static class NetworkCameras
{
    const int AtOnce = 16;

    /// <summary>How long one camera may take to tell of its streams: a recorder has hundreds, and is asked for each.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Looks for cameras, and asks each for its streams.</summary>
    /// <param name="searchFor">How long answers are awaited; asking those that answered takes its time after that.</param>
    /// <param name="login">The credentials, which go to every camera that answers, as a digest; null: none.</param>
    /// <param name="tls">How cameras' certificates are judged.</param>
    /// <param name="found">Hears of how many cameras there are so far.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="MediaException">The file of authorities cannot be read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static IReadOnlyList<NetworkCamera> List(TimeSpan searchFor, Login? login, TlsOptions tls, Action<int> found, CancellationToken stop)
    {
        _ = TlsConnector.TlsFor("", tls);
        var devices = DeviceDiscovery.Find(searchFor, found, stop);
        var cameras = new NetworkCamera[devices.Count];
        Parallel.For(0, cameras.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
            index => cameras[index] = Ask(devices[index], login, tls, stop));
        return cameras;
    }

    static NetworkCamera Ask(DiscoveredDevice found, Login? login, TlsOptions tls, CancellationToken stop)
    {
        var address = StreamAddress.From(found.Service)! with { Login = login };
        var camera = new NetworkCamera(found.Name, found.Hardware, address.Host, address.Name, DeviceAddress.Write(address, null), []);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            return camera with { Streams = Describe(address, new OnvifDevice(address, tls).ListStreams(limit.Token)) };
        }
        catch (MediaException error)
        {
            return camera with { Problem = error };
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            var sentence = $"{address} does not tell of its streams within {Patience.TotalSeconds:F0} s.";
            return camera with { Problem = new(MediaFault.SourceFailed, sentence, error) };
        }
    }

    static List<CameraStream> Describe(StreamAddress device, IReadOnlyList<(OnvifProfile Profile, StreamAddress Address)> streams) =>
        [.. streams.Select(stream => new CameraStream(
            stream.Profile.Name, stream.Profile.Codec, stream.Profile.Width, stream.Profile.Height, stream.Profile.Rate,
            Redaction.Parameters(stream.Address.Url),
            // A name that two profiles have tells none of them.
            DeviceAddress.Write(device, streams.Count(other => other.Profile.Name == stream.Profile.Name) == 1 ? stream.Profile.Name : stream.Profile.Token)))];
}

/// <summary>A camera of the network. All texts but the addresses are the camera's own, and may hold any letter.</summary>
/// <param name="Name">The name that it gives itself; empty: none.</param>
/// <param name="Hardware">What it says that it is; empty: nothing.</param>
/// <param name="Address">Its network address.</param>
/// <param name="DeviceService">The address of its device service.</param>
/// <param name="Source">The URI by which its main stream is a source.</param>
/// <param name="Streams">Its streams, in its own order, the first of which is the main one by convention.</param>
public sealed record NetworkCamera(
    string Name, string Hardware, string Address, string DeviceService, string Source, IReadOnlyList<CameraStream> Streams)
{
    /// <summary>Why its streams are not known; null where they are.</summary>
    public MediaException? Problem { get; init; }
}

/// <summary>A stream of a camera.</summary>
/// <param name="Profile">The name of its profile.</param>
/// <param name="Codec">How its video is encoded: H264, H265, JPEG …</param>
/// <param name="Width">In pixels; 0: the camera does not say.</param>
/// <param name="Height">In pixels; 0: the camera does not say.</param>
/// <param name="Rate">The most frames a second; 0: the camera does not say.</param>
/// <param name="Rtsp">Its address, without credentials.</param>
/// <param name="Source">The URI by which it is a source.</param>
public sealed record CameraStream(string Profile, string Codec, int Width, int Height, double Rate, string Rtsp, string Source);
