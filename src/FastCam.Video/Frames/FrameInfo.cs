namespace FastCam.Video.Frames;

/// <summary>The identity of a frame: made once, when the frame is captured, and carried whole from then on.</summary>
/// <param name="StreamId">The stream that captured it.</param>
/// <param name="Sequence">Its number in its stream, from 0.</param>
/// <param name="PresentationTime">When the source says that it is to be shown, from the source's own zero.</param>
/// <param name="Captured">When it was captured: <see cref="System.Diagnostics.Stopwatch"/> ticks (monotonic).</param>
/// <param name="Generation">
/// How often, before it, the frames' size had changed: what was made of a frame of another generation does not fit this one.
/// </param>
public readonly record struct FrameInfo(string StreamId, long Sequence, TimeSpan PresentationTime = default, long Captured = 0, int Generation = 0);
