namespace FastCam.Video.Network;

/// <summary>A user and a password. They never appear in text.</summary>
public sealed record Login(string User, string Password)
{
    /// <summary>Reads <c>USER:PASSWORD</c> from the first line of a file, so that they stand in no process list.</summary>
    /// <exception cref="MediaException">It cannot be read, or its first line has no colon.</exception>
    public static Login FromFile(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return Parse(reader.ReadLine() ?? "") ?? throw new MediaException(MediaFault.BadUri, $"{path} holds no credentials: its first line must be USER:PASSWORD.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.BadUri, $"{path}, which should hold the credentials, cannot be read: {error.Message}", error);
        }
    }

    /// <summary>No credentials are shown.</summary>
    public override string ToString() => "a login";

    internal static Login? Parse(string text) => text.IndexOf(':') is > 0 and var colon ? new(text[..colon], text[(colon + 1)..]) : null;
}

/// <summary>How a server's certificate is judged.</summary>
/// <param name="Insecure">Accept any: whoever can reach the network can be the server.</param>
/// <param name="AuthorityFile">A PEM file of certificates that are trusted instead of the system's; null: the system's.</param>
public sealed record TlsOptions(bool Insecure = false, string? AuthorityFile = null);
