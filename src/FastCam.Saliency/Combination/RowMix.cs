namespace FastCam.Saliency;

/// <summary>A target row's share of a map: weight · (above + (below − above) · fraction).</summary>
/// <param name="Above">The stretched source row above it, readable to a multiple of every vector's length.</param>
/// <param name="Below">The one below it, likewise.</param>
/// <param name="Fraction">How far it lies towards the one below.</param>
/// <param name="Weight">The map's weight.</param>
readonly record struct RowMix(nint Above, nint Below, float Fraction, float Weight);
