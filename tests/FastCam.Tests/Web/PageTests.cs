using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace FastCam.Tests.Web;

/// <summary>The page as a person sees it, in headless Chromium. Its screenshots are kept under <c>artifacts/tests</c>.</summary>
public sealed partial class PageTests : IAsyncLifetime
{
    const int Patience = 30_000;

    static readonly string[] Chromiums = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    readonly List<string> _errors = [];
    IPlaywright _playwright = null!;
    IBrowser _browser = null!;
    RunningPage _stream = null!;

    public async ValueTask InitializeAsync()
    {
        var chromium = Chromiums.FirstOrDefault(File.Exists);
        Assert.SkipWhen(chromium is null, "Chromium is not installed: make setup-test installs it");
        _stream = await RunningPage.StartAsync("--source", Repository.File("media", "tour.mp4"), "--loop");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Args = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_stream is not null) await _stream.DisposeAsync();
    }

    [Fact]
    public async Task It_shows_moving_pictures_with_live_numbers_and_no_error()
    {
        var page = await Open(1440, 900);
        await WaitForClass(page, "cat");
        await Screenshot(page, "page");

        var before = await Canvas(page);
        var sequence = await Number(page, "sequence");
        await page.WaitForFunctionAsync("n => Number(document.documentElement.dataset.sequence) > n + 20", sequence, new PageWaitForFunctionOptions { Timeout = Patience });
        var text = await page.InnerTextAsync("body");

        Assert.NotEqual(before, await Canvas(page));
        Assert.Contains("CPU", text);
        Assert.Matches(FiveShares(), text.ReplaceLineEndings(" "));
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task What_it_presented_is_what_its_account_says_was_delivered()
    {
        var page = await Open(1000, 700);
        await page.WaitForFunctionAsync("() => Number(document.documentElement.dataset.frames) > 30", null, new PageWaitForFunctionOptions { Timeout = Patience });
        var delivered = page.Locator("[data-account=viewer] [data-term=delivered]");
        var (low, high) = (0, 0);
        for (var i = 0; i < 50 && high == 0; i++)
        {
            low = await Number(page, "frames");
            var shown = int.Parse(NotDigits().Replace(await delivered.InnerTextAsync(), ""), CultureInfo.InvariantCulture);
            if (shown > 20 && shown <= await Number(page, "frames")) high = shown;
            await Task.Delay(100);
        }

        Assert.InRange(high, low - 40, low + 5); // The account is shown twice a second: up to a second of frames behind.
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task The_overlay_is_the_viewers_own_and_the_fit_is_the_streams()
    {
        var page = await Open(1440, 900);
        await WaitForClass(page, "cat");

        await page.GetByText("Stretch", new PageGetByTextOptions { Exact = true }).ClickAsync();
        using var client = new HttpClient();
        for (var i = 0; ; i++)
        {
            if ((await client.GetStringAsync(new Uri(_stream.Address, "api/status"))).Contains("\"fit\":\"stretch\"")) break;
            Assert.True(i < 50, "the fit did not change");
            await Task.Delay(100);
        }
        await page.GetByText("Crop", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await Screenshot(page, "page-controls");

        Assert.Empty(_errors);
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
    public async Task It_says_when_the_program_is_gone()
    {
        var page = await Open(1000, 700);
        await _stream.StopAsync();

        await page.GetByText(Gone()).First.WaitForAsync(new LocatorWaitForOptions { Timeout = Patience });
        await Screenshot(page, "page-gone");
    }

    async Task<IPage> Open(int width, int height)
    {
        var page = await _browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height } });
        page.Console += (_, message) =>
        {
            if (message.Type == "error") _errors.Add(message.Text);
        };
        page.PageError += (_, error) => _errors.Add(error);
        await page.GotoAsync(_stream.Address.ToString());
        await page.WaitForFunctionAsync("() => Number(document.documentElement.dataset.frames) > 5", null, new PageWaitForFunctionOptions { Timeout = Patience });
        return page;
    }

    static Task WaitForClass(IPage page, string name) => page.GetByText(new Regex(name)).First.WaitForAsync(new LocatorWaitForOptions { Timeout = Patience });

    static Task<string> Canvas(IPage page) => page.EvaluateAsync<string>("() => document.getElementById('picture').toDataURL('image/jpeg')");

    static async Task<int> Number(IPage page, string name) => int.Parse(await page.EvaluateAsync<string>("name => document.documentElement.dataset[name]", name), CultureInfo.InvariantCulture);

    static async Task Screenshot(IPage page, string name)
    {
        var path = Repository.File("artifacts", "tests", $"{name}.png");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = path });
    }

    [GeneratedRegex(@"(\d+(\.\d+)? ?%.*?){5}")]
    private static partial Regex FiveShares();

    [GeneratedRegex(@"\D")]
    private static partial Regex NotDigits();

    [GeneratedRegex("Disconnected|ended|Reconnecting", RegexOptions.IgnoreCase)]
    private static partial Regex Gone();
}
