namespace FastCam.Video.Network.Logins;

/// <summary>Signs in at one server: it keeps the answer to the server's challenge, and finds out when a refusal is final.</summary>
/// <param name="login">The user and the password; null: none.</param>
/// <param name="allowBasic">Whether the password itself is sent where a server asks for it.</param>
sealed class SignIn(Login? login, bool allowBasic = true)
{
    const int MostRefusals = 3; // of one request, by a server that calls each answer stale

    Authorization? _authorization;
    bool _accepted; // the server has accepted our answer, so that it now refuses only its challenge's age

    /// <summary>What the server asked for last, where nothing of it is known here; null otherwise.</summary>
    public string? Unknown { get; private set; }

    /// <summary>Returns the header for one request; null while the server has not asked.</summary>
    public string? For(string method, string uri, ReadOnlySpan<byte> body = default) => _authorization?.For(method, uri, body);

    /// <summary>Notes that the server has accepted a request with our answer.</summary>
    public void Accepted() => _accepted = true;

    /// <summary>Notes that the server has refused a request.</summary>
    /// <param name="headers">Its challenges.</param>
    /// <param name="authorised">Whether the request had an answer.</param>
    /// <param name="refusals">How often the same request had been refused before.</param>
    /// <returns>Whether there is a new answer, with which the request is to be sent again.</returns>
    public bool Refused(IEnumerable<string> headers, bool authorised, int refusals)
    {
        var challenges = AuthenticationChallenge.Parse(headers);
        var known = challenges.Where(challenge => Authorization.IsKnown(challenge) && (allowBasic || !Authorization.IsBasic(challenge))).ToList();
        Unknown = challenges.Count == 0 || known.Count > 0 ? null
            : string.Join(", ", challenges.Select(challenge => $"{challenge}").Distinct().Take(4));
        var isStale = refusals < MostRefusals && challenges.Any(challenge => "true".Equals(challenge["stale"], StringComparison.OrdinalIgnoreCase));
        if (login is null || (authorised && !_accepted && !isStale) || Authorization.Answer(known, login) is not { } answer)
            return false;
        _accepted = false;
        _authorization = answer;
        return true;
    }
}
