using System.Globalization;
using System.Xml.Linq;

namespace FastCam.Video.Onvif;

/// <summary>A profile of a camera: one of the streams that it can be asked for.</summary>
/// <param name="Token">The device's own name for it.</param>
/// <param name="Name">The name that people see; it need not be the only one of its kind.</param>
/// <param name="Codec">How its video is encoded: H264, H265, JPEG …</param>
/// <param name="Width">In pixels; 0: it does not say.</param>
/// <param name="Height">In pixels; 0: it does not say.</param>
/// <param name="Rate">The most frames a second; 0: it does not say.</param>
sealed record OnvifProfile(string Token, string Name, string Codec, int Width, int Height, double Rate)
{
    const int MostProfiles = 256;

    /// <summary>Reads the profiles that have video, in the device's order; both versions of the media service write them alike.</summary>
    public static IReadOnlyList<OnvifProfile> ReadAll(XElement response) =>
        [.. response.Children("Profiles").Select(Read).OfType<OnvifProfile>().Take(MostProfiles)];

    static OnvifProfile? Read(XElement profile)
    {
        var token = SoapMessage.TextOf(profile.Attributes().FirstOrDefault(attribute => attribute.Name.LocalName == "token"));
        var encoder = profile.Child("Configurations", "VideoEncoder") ?? profile.Child("VideoEncoderConfiguration");
        if (token.Length == 0 || encoder is null)
            return null;
        var name = SoapMessage.TextOf(profile.Child("Name"));
        return new(
            token, name.Length > 0 ? name : token, SoapMessage.TextOf(encoder.Child("Encoding")), (int)NumberOf(encoder.Child("Resolution", "Width")),
            (int)NumberOf(encoder.Child("Resolution", "Height")), NumberOf(encoder.Child("RateControl", "FrameRateLimit")));
    }

    static double NumberOf(XElement? element) =>
        double.TryParse(SoapMessage.TextOf(element), CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= ushort.MaxValue ? number : 0;
}
