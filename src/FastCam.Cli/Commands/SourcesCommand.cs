using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Cli.Options;
using FastCam.Cli.Output;
using FastCam.Video;
using FastCam.Video.Cameras;
using FastCam.Video.Network;
using FastCam.Video.Onvif;
using Spectre.Console;

namespace FastCam.Cli.Commands;

/// <summary><c>fastcam sources</c>: lists the cameras that are there, and what each can do.</summary>
static class SourcesCommand
{
    const int SearchFor = 3, LongestSearch = 60; // seconds

    public static Command Create()
    {
        var json = CommonOptions.Json();
        var devices = new Option<string>("--devices") { Description = "Where device files are, on Linux", DefaultValueFactory = _ => CameraDevices.Folder };
        var network = new Option<bool>("--network") { Description = "Look for cameras on the network too, by ONVIF, and ask each for its streams" };
        var (login, authority, insecure) = (CommonOptions.Login(), CommonOptions.Authority(), CommonOptions.InsecureTls());
        login.Description = "A file whose first line is USER:PASSWORD, for the cameras of the network: it goes to each that answers, as a digest";
        var search = OptionFactory.Count("--search-for", "With --network: for how many seconds cameras may answer", SearchFor, 1, LongestSearch);
        var command = HelpWithExamples.WithExamples(
            new Command("sources", "List the cameras of this machine, with the sizes, rates and pixel formats that each has, and those of the network.")
            {
                json, devices, network, login, search, authority, insecure,
            },
            "fastcam sources",
            "fastcam sources --json",
            "fastcam sources --network                             also the cameras that answer by ONVIF",
            "fastcam sources --network --login camera.login        with the streams of each",
            "fastcam sources --network --search-for 10 --json");
        command.Validators.Add(result =>
        {
            Option[] ofNetwork = [login, search, authority, insecure];
            if (!result.GetValue(network) && ofNetwork.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } option)
                result.AddError($"{option.Name} is for the cameras of the network, which --network looks for.");
        });
        command.SetAction(parse =>
        {
            var cameras = CameraDevices.List(parse.GetRequiredValue(devices));
            var onNetwork = parse.GetValue(network)
                ? Search(TimeSpan.FromSeconds(parse.GetValue(search)), parse.GetValue(login) is { } file ? Login.FromFile(file) : null,
                    new TlsOptions(parse.GetValue(insecure), parse.GetValue(authority)))
                : null;
            if (parse.GetValue(json))
            {
                var report = new SourcesReport([.. cameras.Select(Report)]) { Network = onNetwork?.Select(Report).ToList() };
                Console.Out.WriteLine(JsonSerializer.Serialize(report, SourcesJson.Default.SourcesReport));
            }
            else
            {
                Show(cameras, isAll: onNetwork is null);
                if (onNetwork is not null)
                    Show(onNetwork);
            }
            return (int)ExitCode.Success;
        });
        return command;
    }

    static IReadOnlyList<NetworkCamera> Search(TimeSpan searchFor, Login? login, TlsOptions tls)
    {
        if (Console.IsErrorRedirected)
            return NetworkCameras.List(searchFor, login, tls, _ => { }, CancellationToken.None);
        return Terminal.Error.Status().Start("looking for cameras on the network", status =>
            NetworkCameras.List(searchFor, login, tls, count => status.Status($"looking for cameras on the network: {count} so far"), CancellationToken.None));
    }

    static CameraReport Report(Camera camera) => new(camera.Device, camera.Name, Uri(camera),
        [.. camera.Modes.Select(mode => new ModeReport(mode.PixelFormat, mode.Size.Width, mode.Size.Height, mode.Rates))]);

    static NetworkCameraReport Report(NetworkCamera camera) => new(camera.Name, camera.Hardware, camera.Address, camera.DeviceService, camera.Source,
        [.. camera.Streams.Select(stream => new StreamReport(
            stream.Profile, stream.Codec, stream.Width, stream.Height, stream.Rate, stream.Rtsp, stream.Source))],
        camera.Problem is { } problem ? ErrorSentence.From(problem) : null);

    static string Uri(Camera camera) => $"camera:{camera.Device}";

    static void Show(IReadOnlyList<Camera> cameras, bool isAll)
    {
        if (cameras.Count == 0)
        {
            Terminal.Say("There is no camera on this machine." + (isAll
                ? " Other sources: rtsp://HOST/PATH, http://HOST/PATH, a video file, images, or test: (a test pattern); --network looks further." : ""));
            return;
        }
        var table = new Table().RoundedBorder().AddColumns("camera", "--source", "format", "size", "frames a second");
        foreach (var camera in cameras)
        {
            var (name, uri) = (Terminal.Escape(camera.Name), Terminal.Escape(Uri(camera)));
            if (camera.Modes.Count == 0)
                table.AddRow(name, uri, "", "", "");
            foreach (var (index, mode) in camera.Modes.Index())
            {
                var isFirst = index == 0;
                table.AddRow(isFirst ? name : "", isFirst ? uri : "", Terminal.Escape(mode.PixelFormat), $"{mode.Size}", string.Join(", ", mode.Rates));
            }
        }
        Terminal.Out.Write(table);
        Terminal.Say($"As in: fastcam run --source '{Uri(cameras[0])}?size=1280x720&rate=30&format=mjpeg'");
    }

    static void Show(IReadOnlyList<NetworkCamera> cameras)
    {
        if (cameras.Count == 0)
        {
            Terminal.Say("No camera on the network answers. One that is switched on may have ONVIF switched off, or be on another network: "
                + "there, give its address, as in onvif://192.168.1.20.");
            return;
        }
        var table = new Table().RoundedBorder().AddColumns("camera", "hardware", "address", "profile", "format", "size", "frames a second", "--source");
        foreach (var camera in cameras)
        {
            var (name, hardware, address) = (Terminal.Escape(camera.Name), Terminal.Escape(camera.Hardware), Terminal.Escape(camera.Address));
            if (camera.Streams.Count == 0)
                table.AddRow(name, hardware, address, "", "", "", "", Terminal.Escape(camera.Source));
            foreach (var (index, stream) in camera.Streams.Index())
            {
                string[] about = index == 0 ? [name, hardware, address] : ["", "", ""];
                table.AddRow([.. about, Terminal.Escape(stream.Profile), Terminal.Escape(stream.Codec),
                    stream.Width > 0 ? $"{stream.Width}x{stream.Height}" : "", stream.Rate > 0 ? $"{stream.Rate}" : "", Terminal.Escape(stream.Source)]);
            }
        }
        Terminal.Out.Write(table);
        foreach (var stream in cameras.SelectMany(camera => camera.Streams))
            Terminal.Say($"{stream.Source} is {stream.Rtsp}");
        foreach (var problem in cameras.Select(camera => camera.Problem).OfType<MediaException>())
            Terminal.Say(ErrorSentence.From(problem));
        Terminal.Say($"As in: fastcam run --source '{cameras[0].Source}' --login FILE");
    }
}

sealed record SourcesReport(IReadOnlyList<CameraReport> Cameras)
{
    /// <summary>The cameras of the network; null where they were not looked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<NetworkCameraReport>? Network { get; init; }
}

sealed record CameraReport(string Device, string Name, string Source, IReadOnlyList<ModeReport> Modes);

sealed record ModeReport(string Format, int Width, int Height, IReadOnlyList<double> Rates);

/// <param name="Name">The name that it gives itself; empty: none.</param>
/// <param name="Hardware">What it says that it is; empty: nothing.</param>
/// <param name="Address">Its network address.</param>
/// <param name="DeviceService">The address of its device service.</param>
/// <param name="Source">The URI by which its main stream is a source.</param>
/// <param name="Streams">Its streams, the main one first.</param>
/// <param name="Problem">Why its streams are not known, as a sentence; null where they are.</param>
sealed record NetworkCameraReport(
    string Name, string Hardware, string Address, string DeviceService, string Source, IReadOnlyList<StreamReport> Streams, string? Problem);

/// <param name="Profile">The name of its profile.</param>
/// <param name="Codec">How it is encoded.</param>
/// <param name="Width">In pixels; 0: not known.</param>
/// <param name="Height">In pixels; 0: not known.</param>
/// <param name="Rate">The most frames a second; 0: not known.</param>
/// <param name="Rtsp">Its address, without credentials.</param>
/// <param name="Source">The URI by which it is a source.</param>
sealed record StreamReport(string Profile, string Codec, int Width, int Height, double Rate, string Rtsp, string Source);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SourcesReport))]
sealed partial class SourcesJson : JsonSerializerContext;
