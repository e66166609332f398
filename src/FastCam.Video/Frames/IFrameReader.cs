namespace FastCam.Video.Frames;

/// <summary>
/// Reads raw I420 frames from a capture child's output. The end of the stream, wherever it comes, is an answer and not an exception.
/// </summary>
interface IFrameReader
{
    /// <summary>The frames' size; known from the first frame on.</summary>
    FrameFormat Format { get; }

    /// <summary>Reads up to the pixels of the next frame.</summary>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="MediaException">
    /// The stream is damaged; or the size has changed, and the child is to be started anew (<see cref="Recovery.AtOnce"/>).
    /// </exception>
    bool TryReadHeader(out TimeSpan presentationTime);

    /// <summary>Reads the pixels of the frame announced: as many bytes as <see cref="Format"/> has.</summary>
    /// <returns>False when the stream ends within them.</returns>
    bool TryReadPixels(Span<byte> pixels);

    /// <summary>Passes over the pixels of the frame announced.</summary>
    /// <returns>False when the stream ends within them.</returns>
    bool TrySkipPixels();

    /// <summary>The error of a stream that cannot be what it should be.</summary>
    static MediaException Damage(string what) => new(MediaFault.SourceFailed, $"The stream of raw frames is damaged: {what}.");
}
