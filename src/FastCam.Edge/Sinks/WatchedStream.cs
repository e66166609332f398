using FastCam.Edge.Overlays;
using FastCam.Video.Sources;

namespace FastCam.Edge.Sinks;

/// <summary>A stream as somebody sees it who watches it and may end it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Source">Where its frames come from, and how that fares.</param>
/// <param name="Overlay">What is drawn at first.</param>
/// <param name="Views">What can be drawn.</param>
/// <param name="CreatePainter">Makes a painter for some settings, for whoever asks.</param>
/// <param name="Stop">Ends the stream in order, from any thread, also before it runs.</param>
sealed record WatchedStream(
    string Id, FrameSource Source, OverlaySettings Overlay, IReadOnlyList<View> Views, Func<OverlaySettings, FramePainter> CreatePainter, Action Stop);
