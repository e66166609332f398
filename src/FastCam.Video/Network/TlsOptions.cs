namespace FastCam.Video.Network;

/// <summary>How a server's certificate is judged.</summary>
/// <param name="Insecure">Accept any: whoever can reach the network can be the server.</param>
/// <param name="AuthorityFile">A PEM file of certificates that are trusted instead of the system's; null: the system's.</param>
public sealed record TlsOptions(bool Insecure = false, string? AuthorityFile = null);
