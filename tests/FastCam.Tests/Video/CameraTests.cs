using FastCam.Video;
using FastCam.Video.Cameras;
using FastCam.Video.Capture;
using FastCam.Video.FFmpeg;
using FastCam.Video.Frames;
using FastCam.Video.Network.Rtsp;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Video;

public sealed class CameraTests
{
    public static TheoryData<string, SourceUri> Cameras => new()
    {
        { "camera:0", new CameraSourceUri("0", new()) },
        { "camera:", new CameraSourceUri("", new()) },
        { "camera:HD Webcam?size=1280x720", new CameraSourceUri("HD Webcam", new(new FrameFormat(1280, 720))) },
        { "/dev/video2?rate=15&format=yuyv", new CameraSourceUri("/dev/video2", new(null, new FrameRate(15, 1), "yuyv422")) },
        { "camera:/dev/v4l/by-id/usb-x?format=MJPEG", new CameraSourceUri("/dev/v4l/by-id/usb-x", new(null, null, "mjpeg")) },
    };

    [Theory]
    [MemberData(nameof(Cameras))]
    public void A_camera_is_understood(string text, SourceUri expected) => Assert.Equal(expected, SourceUri.Parse(text));

    [Theory]
    [InlineData("camera:0?size=1280", "size=1280")]
    [InlineData("camera:0?size=0x720", "size=0x720")]
    [InlineData("camera:0?size=9000x720", "size=9000x720")]
    [InlineData("camera:0?rate=fast", "rate=fast")]
    [InlineData("camera:0?format=-i", "format=-i")]
    [InlineData("camera:0?zoom=2", "zoom")]
    [InlineData("camera:0?pace=max", "its own pace")]
    [InlineData("pipe:x", "pipe:")]
    public void A_bad_camera_is_refused_in_a_sentence(string text, string part)
    {
        var error = Assert.Throws<MediaException>(() => SourceUri.Parse(text));
        Assert.Equal(MediaFault.BadUri, error.Fault);
        Assert.Contains(part, error.Message);
    }

    [Theory]
    [InlineData(CameraInput.V4l2, "/dev/video0", "mjpeg", "-f v4l2 -framerate 30/1 -video_size 1280x720 -input_format mjpeg -i /dev/video0")]
    [InlineData(CameraInput.V4l2, "/dev/video0", null, "-f v4l2 -framerate 30/1 -video_size 1280x720 -i /dev/video0")]
    [InlineData(CameraInput.DirectShow, "HD Webcam", "mjpeg", "-f dshow -framerate 30/1 -video_size 1280x720 -vcodec mjpeg -i video=HD Webcam")]
    [InlineData(CameraInput.DirectShow, "HD Webcam", "yuyv422", "-f dshow -framerate 30/1 -video_size 1280x720 -pixel_format yuyv422 -i video=HD Webcam")]
    [InlineData(CameraInput.AVFoundation, "0", "uyvy422", "-f avfoundation -framerate 30/1 -video_size 1280x720 -pixel_format uyvy422 -i 0")]
    public void Each_platform_has_its_words(string native, string device, string? format, string expected) =>
        Assert.Equal(expected, string.Join(' ', new CameraInput(device, new(new FrameFormat(1280, 720), new FrameRate(30, 1), format), native).Arguments));

    [Fact]
    public void What_is_not_asked_for_is_the_camera_s_choice() =>
        Assert.Equal(["-f", "v4l2", "-i", "/dev/video0"], new CameraInput("/dev/video0", new(), CameraInput.V4l2).Arguments);

    // The lists are those of FFmpeg's documentation for -list_devices.
    [Fact]
    public void The_lists_of_other_platforms_are_read()
    {
        const string DirectShow = "[dshow @ 0000] \"Integrated Webcam\" (video)\n[dshow @ 0000]   Alternative name \"@device_pnp\"\n"
            + "[dshow @ 0000] \"Microphone\" (audio)\n[dshow @ 0000] \"USB Camera\" (video)\n";
        Assert.Equal(["Integrated Webcam", "USB Camera"], FFmpegDevices.Parse(DirectShow, CameraInput.DirectShow).Select(camera => camera.Device));
        const string AVFoundation = "[AVFoundation indev @ 0x7f] AVFoundation video devices:\n"
            + "[AVFoundation indev @ 0x7f] [0] FaceTime HD Camera\n[AVFoundation indev @ 0x7f] [1] Capture screen 0\n"
            + "[AVFoundation indev @ 0x7f] AVFoundation audio devices:\n[AVFoundation indev @ 0x7f] [0] Built-in Microphone\n";
        Assert.Equal(
            [("0", "FaceTime HD Camera"), ("1", "Capture screen 0")],
            FFmpegDevices.Parse(AVFoundation, CameraInput.AVFoundation).Select(camera => (camera.Device, camera.Name)));
    }

    [Fact]
    public void A_camera_is_chosen_by_number_name_or_part_of_it()
    {
        Camera[] cameras = [new("/dev/video0", "Integrated Webcam", []), new("/dev/video2", "Webcam", [])];
        Assert.Equal("/dev/video0", CameraDevices.Choose(cameras, "", null));
        Assert.Equal("/dev/video2", CameraDevices.Choose(cameras, "1", 1));
        Assert.Equal("/dev/video2", CameraDevices.Choose(cameras, "webcam", null));
        Assert.Equal("/dev/video0", CameraDevices.Choose(cameras, "integrated", null));
        Assert.Contains("/dev/video2 (Webcam)", Assert.Throws<MediaException>(() => CameraDevices.Choose(cameras, "USB", null)).Message);
        Assert.Contains("as rtsp://", Assert.Throws<MediaException>(() => CameraDevices.Choose([], "", null)).Message);
    }

    [Fact]
    public void Hardware_is_chosen_by_what_is_there()
    {
        Assert.Empty(HardwareDecoder.Choose("none", _ => true, _ => true).Arguments);
        Assert.Empty(HardwareDecoder.Choose("auto", _ => false, _ => true).Arguments);
        Assert.Empty(HardwareDecoder.Choose("auto", _ => true, _ => false).Arguments);
        Assert.Equal(["-hwaccel", "vaapi"], HardwareDecoder.Choose("auto", _ => true, name => name == "vaapi").Arguments);
        Assert.Contains("cuda", HardwareDecoder.Choose("cuda", _ => true, _ => true).Notice);
        var unknown = Assert.Throws<MediaException>(() => HardwareDecoder.Choose("quantum", _ => true, _ => true));
        Assert.Contains("cuda", unknown.Message);
        var absent = Assert.Throws<MediaException>(() => HardwareDecoder.Choose("cuda", _ => false, _ => true));
        Assert.Equal(MediaFault.ToolMissing, absent.Fault);
        Assert.Contains("without cuda", absent.Message);
        Assert.Contains("no hardware for cuda", Assert.Throws<MediaException>(() => HardwareDecoder.Choose("cuda", _ => true, _ => false)).Message);
        Assert.Contains("rawvideo", FFmpegTool.Find().Decoders);
        Assert.False(FFmpegTool.Find().Starts("quantum"));
    }

    // The decoder reads H.264 alone, and FFmpeg ends where it is to decode another codec by it.
    [Fact]
    public void A_board_s_decoder_is_asked_for_by_name_and_used_for_what_it_knows()
    {
        Assert.Empty(HardwareDecoder.Choose("auto", _ => true, name => name == "v4l2m2m").Arguments);
        var capture = new FFmpegCapture(FFmpegTool.Find(), HardwareDecoder.Choose("v4l2m2m", _ => true, _ => true));
        Assert.Contains("h264_v4l2m2m", capture.Rtsp("x", "rtsp://127.0.0.1/x", RtspTransport.Tcp).Arguments);
        Assert.Contains("h264_v4l2m2m", capture.Camera("x", new("/dev/video0", new(PixelFormat: "h264"), CameraInput.V4l2)).Arguments);
        Assert.DoesNotContain("h264_v4l2m2m", capture.Camera("x", new("/dev/video0", new(PixelFormat: "mjpeg"), CameraInput.V4l2)).Arguments);
        Assert.DoesNotContain("h264_v4l2m2m", capture.Camera("x", new("/dev/video0", new(), CameraInput.V4l2)).Arguments);
    }

    [Fact]
    public void A_camera_that_is_known_by_its_name_is_found_under_another_number()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("video0"), "");
        var looks = 0;
        string? now = null;
        var place = new CameraPlace(folder.File("video0"), () =>
        {
            looks++;
            return now;
        });
        Assert.True(place.IsThere());
        File.Delete(folder.File("video0"));
        for (var i = 0; i < 50; i++)
            Assert.False(place.IsThere());
        Assert.Equal(1, looks); // each look opens every camera
        now = folder.File("video3");
        Limited.Run(() => Assert.True(SpinWait.SpinUntil(place.IsThere, TimeSpan.FromSeconds(20))));
        Assert.Equal(folder.File("video3"), place.Device);
        Assert.False(new CameraPlace(folder.File("video0"), null).IsThere());
    }

    [Fact]
    public void A_mirror_turns_each_row()
    {
        using var plain = SourceUri.Parse("test:161x91?frames=2").Open(new());
        using var mirrored = SourceUri.Parse("test:161x91?frames=2").Open(new() { Mirror = true });
        foreach (var (straight, turned) in plain.ReadAll().Zip(mirrored.ReadAll()))
        {
            Assert.Equal(straight.Header, turned.Header);
            Assert.Equal(straight.Pixels[5], turned.Pixels[160 - 5]);
            var (format, luma) = (straight.Format, straight.Format.LumaByteCount);
            Assert.Equal(straight.Pixels.AsSpan(161 * 90, 161).ToArray().Reverse(), turned.Pixels.AsSpan(161 * 90, 161).ToArray());
            var chroma = luma + 3 * format.ChromaWidth;
            Assert.Equal(
                straight.Pixels.AsSpan(chroma, format.ChromaWidth).ToArray().Reverse(),
                turned.Pixels.AsSpan(chroma, format.ChromaWidth).ToArray());
        }
    }

    [Theory]
    [InlineData("clip.mp4?pace=realtime", true)]
    [InlineData("photos?rate=2&pace=max", false)]
    [InlineData("test:640x360?pace=realtime", true)]
    [InlineData("clip.mp4", null)]
    public void A_pace_is_understood(string text, bool? realtime) => Assert.Equal(realtime, SourceUri.Parse(text).Realtime);
}
