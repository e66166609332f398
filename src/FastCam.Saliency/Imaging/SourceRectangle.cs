namespace FastCam.Saliency.Imaging;

/// <summary>
/// The part of the frame that the network's input shows, in frame pixels measured between edges, not centres: the whole frame
/// is (0, 0, width, height). It may reach outside the frame, as a letterboxed input does.
/// </summary>
/// <param name="X">The left edge.</param>
/// <param name="Y">The upper edge.</param>
/// <param name="Width">The width, above 0.</param>
/// <param name="Height">The height, above 0.</param>
public readonly record struct SourceRectangle(double X, double Y, double Width, double Height)
{
    internal void ThrowIfEmpty(string parameter)
    {
        if (!(double.IsFinite(X) && double.IsFinite(Y) && double.IsFinite(Width) && double.IsFinite(Height) && Width > 0 && Height > 0))
            throw new ArgumentException($"{this} is not a rectangle with an area.", parameter);
    }
}
