namespace FastCam.Saliency.Normalisations;

/// <summary>What the Gauss normalisation of one layer's map needs: the mean and the standard deviation of its pixels.</summary>
/// <param name="Mean">Their mean, in the statistic's unit.</param>
/// <param name="Sigma">Their standard deviation, at least 0.</param>
public readonly record struct GaussMoments(double Mean, double Sigma);
