using Microsoft.Playwright;

namespace FastCam.Tests.Web;

/// <summary>A headless browser.</summary>
sealed class Chromium(IPlaywright playwright, IBrowser browser) : IAsyncDisposable
{
    static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    public IBrowser Browser => browser;

    /// <summary>Starts the browser; where it is not installed, the test is skipped.</summary>
    public static async Task<Chromium> LaunchAsync()
    {
        var program = Programs.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "Chromium is not installed: make setup-test installs it");
        var playwright = await Playwright.CreateAsync();
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Args =
            [
                "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
            ],
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}

/// <summary>The browser of all tests of a class, started by the first of them that needs it.</summary>
public sealed class SharedChromium : IAsyncDisposable
{
    Task<Chromium>? _launching;

    internal Task<Chromium> LaunchAsync() => _launching ??= Chromium.LaunchAsync();

    public async ValueTask DisposeAsync()
    {
        if (_launching is { IsCompletedSuccessfully: true } launched)
            await (await launched).DisposeAsync();
    }
}
