namespace FastCam.Edge;

/// <summary>What can be wrong in the application itself: its settings and its page.</summary>
enum EdgeFault
{
    /// <summary>Settings contradict each other, or do not fit the network or the source.</summary>
    BadSetting,
    /// <summary>The page's port is taken.</summary>
    PortInUse,
    /// <summary>The page's address is not this machine's, or cannot be served on.</summary>
    AddressRefused,
}

/// <summary>An error that a user can cause and that concerns neither the network nor the video: one sentence.</summary>
/// <param name="fault">What is wrong.</param>
/// <param name="sentence">What is wrong, where, and what to do.</param>
/// <param name="setting">The wrong setting, by the name of its option without dashes; null where no single setting is wrong.</param>
/// <param name="cause">The error behind it.</param>
sealed class EdgeException(EdgeFault fault, string sentence, string? setting = null, Exception? cause = null) : Exception(sentence, cause)
{
    public EdgeFault Fault { get; } = fault;

    public string? Setting { get; } = setting;
}
