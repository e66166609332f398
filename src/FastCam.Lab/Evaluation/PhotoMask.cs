using FastCam.Onnx.Input;
using FastCam.Saliency.Masks;
using FastCam.Saliency.Resampling;
using FastCam.Video.Stills;

namespace FastCam.Lab.Evaluation;

/// <summary>Masks a photo at its own resolution, within the part that the network was shown.</summary>
static class PhotoMask
{
    /// <summary>Masks the photo in place.</summary>
    /// <param name="photo">The photo; the part that the network was not shown stays as it is.</param>
    /// <param name="placement">The part that the network was shown.</param>
    /// <param name="map">The map at the input's size.</param>
    /// <param name="size">The input's size.</param>
    /// <param name="share">The part of the pixels that is kept, or removed.</param>
    /// <param name="fill">What masked pixels become.</param>
    /// <returns>The number of pixels shown to the network that stay.</returns>
    public static int Apply(StillImage photo, InputPlacement placement, ReadOnlySpan<float> map, MapSize size, MaskShare share, FillKind fill)
    {
        var shown = placement.Shown;
        var detail = new float[shown.Pixels];
        new MapDetail(size, placement.InInput, shown).Apply(map, detail);
        var stays = new bool[detail.Length];
        var count = share.Keeps ? SaliencyMask.Keep(detail, share.Fraction, stays) : SaliencyMask.Remove(detail, share.Fraction, stays);
        var planes = new float[checked(3 * detail.Length)];
        for (var i = 0; i < detail.Length; i++)
        {
            for (var colour = 0; colour < 3; colour++)
                planes[colour * detail.Length + i] = photo.Pixels[At(photo, placement, i) + colour];
        }

        var filling = MaskFill.Create(fill, shown);
        filling.Begin(planes);
        filling.Apply(planes, stays, planes);
        for (var i = 0; i < detail.Length; i++)
        {
            for (var colour = 0; colour < 3; colour++)
                photo.Pixels[At(photo, placement, i) + colour] = (byte)Math.Clamp(planes[colour * detail.Length + i] + 0.5f, 0, 255);
        }

        return count;
    }

    static int At(StillImage photo, InputPlacement placement, int pixel) =>
        3 * ((placement.Y.Start + pixel / placement.X.Length) * photo.Width + placement.X.Start + pixel % placement.X.Length);
}

/// <summary>A part of the pixels, the most salient first, and whether it is kept (KAR) or removed (ROAR).</summary>
readonly record struct MaskShare(bool Keeps, double Fraction);
