using System.Net;
using System.Xml.Linq;
using FastCam.Video.Capture;
using FastCam.Video.Network;
using FastCam.Video.Network.Http;

namespace FastCam.Video.Onvif;

/// <summary>Asks the services of one device, signs in at them, and says in a sentence what they refuse.</summary>
/// <param name="device">The address of its device service, with the login for the device.</param>
/// <param name="tls">How its certificate is judged.</param>
sealed class SoapClient(StreamAddress device, TlsOptions tls)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly HttpFetcher _fetcher = new(device, tls, allowBasic: false);

    /// <summary>By how much the device's clock is ahead of ours.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>Asks a service something.</summary>
    /// <returns>The response.</returns>
    /// <exception cref="MediaException">The device does not answer, or refuses.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public XElement Ask(StreamAddress service, XElement request, CancellationToken stop) => Require(service, request, Call(service, request, true, stop));

    /// <summary>Returns the response that an answer holds.</summary>
    /// <exception cref="MediaException">It is a fault, or something else.</exception>
    public XElement Require(StreamAddress service, XElement request, SoapMessage answer)
    {
        var name = request.Name.LocalName;
        if (answer.Fault is not { } fault)
            return answer.Body.Child($"{name}Response") ?? throw service.Refused($"does not answer {name} but something else", Recovery.BackOff);
        if (fault.IsOfLogin)
            throw Unauthorised(service);
        if (fault.IsUnknownAction)
            throw service.Refused($"does not know {name}: give the address of its stream by rtsp:// itself", Recovery.None);
        throw service.Refused($"refuses {name}: {(fault.Reason.Length > 0 ? fault.Reason.TrimEnd('.') : string.Join(' ', fault.Codes))}", Recovery.BackOff);
    }

    /// <summary>Asks a service something.</summary>
    /// <returns>The answer, which may be a fault.</returns>
    /// <exception cref="MediaException">The device does not answer, or not in SOAP.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public SoapMessage Call(StreamAddress service, XElement request, bool login, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            var body = SoapMessage.Write(request, login ? service.Login : null, DateTime.UtcNow + Ahead);
            var type = $"application/soap+xml; charset=utf-8; action=\"{request.Name.NamespaceName}/{request.Name.LocalName}\"";
            using var response = _fetcher.Post(service, new(body, type), limit.Token);
            return SoapMessage.Read(Whole(response, limit.Token)) ?? throw Describe(service, response);
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            throw new MediaException(MediaFault.SourceFailed, $"{service} does not answer within {Patience.TotalSeconds:F0} s.", error);
        }
        catch (HttpRequestException error)
        {
            throw new MediaException(MediaFault.SourceFailed, $"{service}: {HttpConnector.Reason(error)}.", error);
        }
        catch (IOException error)
        {
            throw new MediaException(MediaFault.SourceFailed, $"{service}: the connection broke off.", error);
        }
    }

    /// <summary>Reads the answer, and no more of it than shows that it is too long.</summary>
    static byte[] Whole(HttpResponseMessage response, CancellationToken stop)
    {
        var stream = response.Content.ReadAsStream(stop);
        using var whole = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (whole.Length <= SoapMessage.MostBytes && stream.ReadAsync(buffer, stop).AsTask().GetAwaiter().GetResult() is > 0 and var count)
            whole.Write(buffer, 0, count);
        return whole.ToArray();
    }

    MediaException Unauthorised(StreamAddress service) => service.Login is not null && _fetcher.UnknownLogin is { } unknown
        ? service.Refused($"asks for a login by {unknown}: set the camera to Digest, as passwords are not sent to it otherwise", Recovery.None)
        : service.Unauthorised(null);

    MediaException Describe(StreamAddress service, HttpResponseMessage response) => (int)response.StatusCode switch
    {
        401 or 403 => Unauthorised(service),
        (404 or 405 or 410 or 501) and var status => service.Refused(
            $"is no ONVIF service ({status}): give the path of the camera's device service", Recovery.None),
        >= 300 and < 400 => service.Refused($"has moved to {PlaceOf(response)}: give that address itself", Recovery.None),
        >= 200 and < 300 => service.Refused("answers with what is no SOAP: give the path of the camera's device service", Recovery.BackOff),
        var status => service.Refused($"answers {status} {(HttpStatusCode)status}", Recovery.BackOff),
    };

    static string PlaceOf(HttpResponseMessage response) => response.Headers.Location is not { IsAbsoluteUri: true } place ? "another path"
        : StreamAddress.From(place) is { IsRtsp: false } address ? DeviceAddress.Write(address, null)
        : StreamAddress.NameOf(place);
}
