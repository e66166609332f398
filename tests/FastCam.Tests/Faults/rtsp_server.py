#!/usr/bin/python3
"""An RTSP server for the fault tests, on GStreamer's library (Debian: gir1.2-gst-rtsp-server-1.0, python3-gi).

rtsp_server.py PORT [--file VIDEO] [--login USER:PASSWORD] [--loss SHARE] [--certificate PEM]

/test   a moving ball, 640x360 at 30 frames a second, a key frame each second
/clock  the milliseconds of the monotonic clock as a bar code, 640x360 at 30 frames a second
/sizes  the same, every four seconds in another size: 1280x720 and 640x360 in turn
/sound  the moving ball, and before it, as the first stream, a tone
/tone   a tone alone
/rare   the same as /clock, a key frame each eight seconds
/file   the H.264 in an MP4 file, once
"""
import argparse
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer

LARGE, SMALL, RATE = (1280, 720), (640, 360), 30
SIZE_LASTS = 4  # seconds
ENCODE = "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=30 bitrate=2000"
ENCODE_RARE = ENCODE.replace("key-int-max=30", "key-int-max=240 option-string=scenecut=0")


def bar_code(number, width, height):
    """The frame that FastCam.Video.BarCode writes for a number, as I420."""
    number %= 1 << 24
    crc = number << 8
    for bit in range(31, 7, -1):
        if crc >> bit & 1:
            crc ^= 0x107 << (bit - 8)
    word = number | (~crc & 0xFF) << 24
    cell_height = max(4, (height + 1) // 2 // 36)
    edges = [min(width, cell * ((width + 1) // 2) // 16) for cell in range(33)]
    rows = b""
    for row in range(4):
        line = b"".join(
            (b"\xff" if (word >> (row // 2 * 16 + cell // 2) ^ row ^ cell) & 1 == 0 else b"\x00")
            * (edges[cell + 1] - edges[cell]) for cell in range(32))
        rows += line.ljust(width, b"\x80") * cell_height
    return rows.ljust(width * height, b"\x80") + b"\x80" * (width * height // 2)


class ClockFactory(GstRtspServer.RTSPMediaFactory):
    """Draws each frame when it is due, so that the code is the moment of its making."""

    def __init__(self, pay, sizes, encode=ENCODE):
        super().__init__()
        self.pay = pay
        self.encode = encode
        self.sizes = sizes

    def do_create_element(self, url):
        media = Gst.parse_launch(
            f"( appsrc name=clock is-live=true do-timestamp=true format=time max-buffers=1 leaky-type=2 ! {self.encode} ! {self.pay} )")
        source = media.get_by_name("clock")
        self.push(source)
        GLib.timeout_add(1000 // RATE, self.push, source)
        return media

    def push(self, source):
        now = time.monotonic_ns() // 1_000_000
        width, height = self.sizes[now // 1000 // SIZE_LASTS % len(self.sizes)]
        caps = Gst.Caps.from_string(
            f"video/x-raw,format=I420,width={width},height={height},framerate={RATE}/1,colorimetry=1:4:0:0")
        sample = Gst.Sample.new(Gst.Buffer.new_wrapped(bar_code(now, width, height)), caps, None, None)
        return source.emit("push-sample", sample) in (Gst.FlowReturn.OK, Gst.FlowReturn.FLUSHING)


def factory(launch):
    made = GstRtspServer.RTSPMediaFactory()
    made.set_launch(launch)
    return made


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("port")
    arguments.add_argument("--file")
    arguments.add_argument("--login")
    arguments.add_argument("--loss", type=float, default=0)
    arguments.add_argument("--certificate")
    options = arguments.parse_args()
    Gst.init(None)

    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(options.port)
    # What is lost, is lost behind the payloader: the receiver misses sequence numbers, as on a bad network.
    pay = "rtph264pay pt=96 config-interval=1 " + (
        f"! identity drop-probability={options.loss} name=pay0" if options.loss else "name=pay0")
    mounts = {
        "/test": factory(
            f"( videotestsrc is-live=true pattern=ball ! video/x-raw,width={SMALL[0]},height={SMALL[1]},framerate={RATE}/1 ! {ENCODE} ! {pay} )"),
        "/sound": factory(
            "( audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay pt=8 name=pay0 "
            f"videotestsrc is-live=true pattern=ball ! video/x-raw,width={SMALL[0]},height={SMALL[1]},framerate={RATE}/1 ! {ENCODE} "
            "! rtph264pay pt=96 config-interval=1 name=pay1 )"),
        "/tone": factory("( audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay pt=8 name=pay0 )"),
        "/clock": ClockFactory(pay, [SMALL]),
        "/sizes": ClockFactory(pay, [LARGE, SMALL]),
        "/rare": ClockFactory(pay, [SMALL], ENCODE_RARE),
    }
    if options.file:
        mounts["/file"] = factory(
            f"( filesrc location={options.file} ! qtdemux ! h264parse ! {pay} )")
    if options.login:
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
        user, password = options.login.split(":", 1)
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
        server.set_auth(auth)
    if options.certificate:
        auth = server.get_auth() or GstRtspServer.RTSPAuth()
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(options.certificate))
        server.set_auth(auth)
    for path, media in mounts.items():
        media.set_shared(True)
        if options.login:
            permissions = GstRtspServer.RTSPPermissions()
            permissions.add_permission_for_role("viewer", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_ACCESS, True)
            permissions.add_permission_for_role("viewer", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, True)
            media.set_permissions(permissions)
        server.get_mount_points().add_factory(path, media)
    server.attach(None)
    print("ready", flush=True)
    GLib.MainLoop().run()


main()
