using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace FastCam.Tests.Web;

/// <summary>Tests the page as a user sees it, in headless Chromium. Its screenshots are kept under <c>artifacts/tests</c>.</summary>
public sealed partial class PageTests(SharedChromium shared) : IAsyncLifetime, IClassFixture<SharedChromium>
{
    const int Patience = 30_000;

    readonly List<string> _errors = [];
    Chromium _chromium = null!;

    /// <summary>The stream that <see cref="Open"/> opens where no other is named: the bundled clip.</summary>
    RunningPage? _tour;

    /// <summary>The tabs of this test; an open one would go on drawing beside the next test.</summary>
    readonly List<IPage> _pages = [];

    public async ValueTask InitializeAsync() => _chromium = await shared.LaunchAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var page in _pages)
            await page.CloseAsync();
        if (_tour is not null)
            await _tour.DisposeAsync();
    }

    [Fact]
    public async Task It_shows_moving_frames_with_live_numbers_and_no_error()
    {
        var page = await Open(1440, 900);
        await WaitForClass(page, "cat");
        await Screenshot(page, "page");

        var before = await Canvas(page);
        var captured = await Captured(page);
        var sequence = await Number(page, "sequence");
        await WaitFor(page, "n => Number(document.documentElement.dataset.sequence) > n + 40", sequence);

        Assert.NotEqual(before, await Canvas(page));
        Assert.True(await Captured(page) > captured);
        var tiles = await page.Locator("#performance .value").AllInnerTextsAsync();
        Assert.Equal(6, tiles.Count);
        Assert.All(tiles.Take(5), tile => Assert.True(double.Parse(tile, CultureInfo.InvariantCulture) > 0, $"a figure is {tile}"));
        var shares = await page.Locator("#predictions .percent").AllInnerTextsAsync();
        Assert.Equal(5, shares.Count);
        Assert.All(shares, share => Assert.Matches(Percentage(), share));
        Assert.Contains("Running on the CPU", await page.InnerTextAsync("#notices"));
        Assert.Equal("true", await page.Locator("[data-account]").First.GetAttributeAsync("data-balanced"));
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task It_shows_how_the_maps_are_made_and_the_figures_that_chose_it()
    {
        var page = await Open(1440, 900);

        await page.Locator("#stream").GetByText(Chosen()).WaitForAsync(new LocatorWaitForOptions { Timeout = Patience });
        await Screenshot(page, "choice");
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task What_it_presented_is_what_its_account_says_was_delivered()
    {
        var page = await Open(1000, 700);
        await WaitFor(page, "() => Number(document.documentElement.dataset.frames) > 30");
        var before = await Number(page, "frames");

        // The server counts twice a second. The first figure that is new to the page may have been on its way before we looked; the next one was not.
        await NextDelivered(page);
        var delivered = await NextDelivered(page);

        // A frame is presented before it is acknowledged, and counts as delivered by its acknowledgement.
        Assert.InRange(delivered, before, await Number(page, "frames"));
        Assert.Empty(_errors);
    }

    /// <summary>Waits until the page shows another figure of frames delivered to this viewer than now.</summary>
    static async Task<int> NextDelivered(IPage page)
    {
        const string Shown = "document.querySelector('[data-account=viewer] [data-term=delivered]').innerText";
        var present = await page.EvaluateAsync<string>($"() => {Shown}");
        var next = await page.WaitForFunctionAsync(
            $"present => {Shown} !== present ? {Shown} : null", present, new PageWaitForFunctionOptions { Timeout = Patience });
        return int.Parse(NotDigits().Replace(await next.JsonValueAsync<string>(), ""), CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task The_overlay_is_the_viewers_own_and_the_fit_is_the_streams()
    {
        await using var still = await RunningPage.StartAsync("--source", "images:media/photos/chelsea.png?rate=5", "--loop");
        var page = await Open(1440, 900, still);
        var other = await Open(1440, 900, still);
        Assert.True(await Vividness(page) > 60, "no overlay");
        await page.Locator("#overlay").SetCheckedAsync(false, new LocatorSetCheckedOptions { Force = true });
        await page.WaitForTimeoutAsync(1000);
        var (plain, vivid) = (await Vividness(page), await Vividness(other));
        Assert.True(
            plain < 0.75 * vivid, $"the overlay stays when it is switched off, or goes for another viewer too: {plain:F0} against {vivid:F0}");
        await page.Locator("#overlay").SetCheckedAsync(true, new LocatorSetCheckedOptions { Force = true });

        await page.GetByText("Stretch", new PageGetByTextOptions { Exact = true }).ClickAsync();
        using var client = new HttpClient();
        for (var i = 0; ; i++)
        {
            if ((await client.GetStringAsync(new Uri(still.Address, "api/status"))).Contains("\"fit\":\"stretch\""))
                break;
            Assert.True(i < 50, "the fit did not change");
            await Task.Delay(100);
        }
        await page.GetByText("Crop", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await Screenshot(page, "page-controls");

        Assert.Empty(_errors);
    }

    /// <summary>
    /// The page draws on the viewer's GPU, and other sinks draw on the CPU. Of all that those draw of a frame, the page must come nearest to what
    /// was chosen on it.
    /// </summary>
    [Fact]
    public async Task Every_view_and_mode_is_what_other_sinks_draw()
    {
        var photo = Path.Combine("media", "photos", "chelsea.png");
        (string View, string Mode, string Label, string ModeLabel)[] choices =
        [
            ("combined", "colour", "Combined", "Colour"), ("lovi", "colour", "LOVI", "Colour"),
            ("layer1", "colour", "112 finest", "Colour"), ("layer5", "colour", "7 coarsest", "Colour"),
            ("class", "colour", "Class", "Colour"), ("fast-cam", "colour", "Fast-CAM", "Colour"), ("non-class", "colour", "Non-class", "Colour"),
            ("combined", "grey", "Combined", "Grey"), ("combined", "soft", "Combined", "Soft"), ("combined", "alone", "Combined", "Alone"),
            ("lovi", "alone", "LOVI", "Alone"), ("lovi", "soft", "LOVI", "Soft"),
        ];
        using var folder = new TemporaryFolder();
        var drawn = new List<byte[]>();
        foreach (var (view, mode, _, _) in choices)
        {
            string[] drawing = ["--view", view, "--mode", mode];
            Cli.Cli.RunInside(["run", "--source", $"images:{photo}", "--sink", $"images:{folder.Path}", "--force", .. drawing]).Succeeded();
            drawn.Add(FFmpeg.Decode(folder.File("frame-000000000.jpg"), "rgb24"));
        }
        await using var still = await RunningPage.StartAsync("--source", $"images:{photo}?rate=5", "--loop");
        var page = await Open(1000, 800, still);

        for (var i = 0; i < choices.Length; i++)
        {
            var (view, mode, label, modeLabel) = choices[i];
            await page.Locator("#view").GetByText(label, new LocatorGetByTextOptions { Exact = true }).ClickAsync();
            await page.Locator("#mode").GetByText(modeLabel, new LocatorGetByTextOptions { Exact = true }).ClickAsync();
            await WaitFor(page, "n => Number(document.documentElement.dataset.frames) > n + 1", await Number(page, "frames"));
            if (mode == "colour")
                await Screenshot(page, $"page-{view}-{mode}");
            var shown = await Pixels(page, folder);

            var differences = drawn.Select(overlay => Difference(overlay, shown)).ToArray();
            var told = string.Join(", ", differences.Select(difference => $"{difference:F1}"));
            Assert.True(differences[i] == differences.Min() && differences[i] < 12, $"{view} {mode}: {told}");
        }
        Assert.Contains("Class map: ", await page.InnerTextAsync("#mapped"));
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task It_says_what_the_maps_are_made_by()
    {
        await using var smoothed = await RunningPage.StartAsync(
            "--source", Path.Combine("media", "tour.mp4"), "--loop", "--smooth", "0.5", "--statistic", "std", "--fade", "1");
        var page = await Open(1000, 700, smoothed);

        Assert.Contains("averaged over time, with a half-life of 0.5 s", await page.InnerTextAsync("#notices"));
        Assert.Contains("std, gauss, rim of 1 faded, smoothed (half-life 0.5 s)", await page.InnerTextAsync("#stream"));
    }

    [Fact]
    public async Task It_fits_a_phone()
    {
        var page = await Open(390, 844);
        await WaitForClass(page, "espresso");
        await Screenshot(page, "page-phone");

        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways");
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task It_says_that_the_source_has_ended()
    {
        var page = await Open(1000, 700);
        await _tour!.StopAsync();

        await WaitFor(page, "() => document.getElementById('stage').dataset.state === 'ended'");
        await Screenshot(page, "page-ended");
    }

    [Fact]
    public async Task It_says_that_the_program_is_gone()
    {
        var page = await Open(1000, 700);
        await _tour!.DisposeAsync(); // The program is killed, so there is no farewell.

        await page.GetByText("Disconnected").First.WaitForAsync(new LocatorWaitForOptions { Timeout = Patience });
        await Screenshot(page, "page-gone");
    }

    async Task<IPage> Open(int width, int height, RunningPage? stream = null)
    {
        stream ??= _tour ??= await RunningPage.StartAsync("--source", Path.Combine("media", "tour.mp4"), "--loop");
        var page = await _chromium.Browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height } });
        _pages.Add(page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _errors.Add(message.Text);
        };
        page.PageError += (_, error) => _errors.Add(error);
        await page.GotoAsync(stream.Address.ToString());
        await WaitFor(page, "() => Number(document.documentElement.dataset.frames) > 5");
        return page;
    }

    static Task WaitFor(IPage page, string condition, object? argument = null) =>
        page.WaitForFunctionAsync(condition, argument, new PageWaitForFunctionOptions { Timeout = Patience });

    static Task WaitForClass(IPage page, string name) =>
        page.GetByText(new Regex(name)).First.WaitForAsync(new LocatorWaitForOptions { Timeout = Patience });

    /// <summary>Returns the mean distance of the centre's pixels from grey: a map in Turbo is far more colourful than the cat.</summary>
    static Task<double> Vividness(IPage page) => page.EvaluateAsync<double>("""
        () => {
          const copy = document.createElement('canvas');
          copy.width = copy.height = 64;
          const source = document.getElementById('canvas');
          const context = copy.getContext('2d');
          context.drawImage(source, source.width * 0.35, source.height * 0.2, source.width * 0.3, source.height * 0.6, 0, 0, 64, 64);
          const data = context.getImageData(0, 0, 64, 64).data;
          let sum = 0;
          for (let i = 0; i < data.length; i += 4) sum += Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]);
          return sum / (64 * 64);
        }
        """);

    static async Task<long> Captured(IPage page)
    {
        var captured = await page.Locator("[data-account] [data-term=captured]").First.InnerTextAsync();
        return long.Parse(NotDigits().Replace(captured, ""), CultureInfo.InvariantCulture);
    }

    static Task<string> Canvas(IPage page) =>
        page.EvaluateAsync<string>("() => document.getElementById('canvas').toDataURL('image/jpeg')");

    static async Task<byte[]> Pixels(IPage page, TemporaryFolder folder)
    {
        var png = await page.EvaluateAsync<string>("() => document.getElementById('canvas').toDataURL('image/png')");
        await File.WriteAllBytesAsync(folder.File("canvas.png"), Convert.FromBase64String(png[(png.IndexOf(',') + 1)..]));
        return FFmpeg.Decode(folder.File("canvas.png"), "rgb24");
    }

    /// <summary>Returns the mean distance of two images' samples, in levels of 255.</summary>
    static double Difference(byte[] a, byte[] b)
    {
        Assert.Equal(a.Length, b.Length);
        return a.Zip(b, (x, y) => Math.Abs(x - y)).Average();
    }

    static async Task<int> Number(IPage page, string name) =>
        int.Parse(await page.EvaluateAsync<string>("name => document.documentElement.dataset[name]", name), CultureInfo.InvariantCulture);

    static async Task Screenshot(IPage page, string name)
    {
        var path = Repository.File("artifacts", "tests", $"{name}.png");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = path });
    }

    [GeneratedRegex(@"^\d+(\.\d+)? ?%$")]
    private static partial Regex Percentage();

    [GeneratedRegex(@"\D")]
    private static partial Regex NotDigits();

    [GeneratedRegex(@"^(taps|operator|blocked), \d+\.\d\d ms a pass \(.+; medians of \d+ passes each")]
    private static partial Regex Chosen();
}
