namespace FastCam.Saliency.Resampling;

/// <summary>A target row's share of a map: above · <paramref name="AboveShare"/> + below · <paramref name="BelowShare"/>.</summary>
/// <param name="Above">The stretched source row above it, readable to a multiple of every vector's length.</param>
/// <param name="Below">The one below it, likewise.</param>
/// <param name="AboveShare">The larger, the nearer the target row lies to the one above; the two add up to the map's weight.</param>
/// <param name="BelowShare">That of the one below.</param>
readonly record struct RowMix(nint Above, nint Below, float AboveShare, float BelowShare);
