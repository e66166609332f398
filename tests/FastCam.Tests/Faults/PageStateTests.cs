using FastCam.Tests.Web;
using Microsoft.Playwright;

namespace FastCam.Tests.Faults;

/// <summary>What a person sees whose camera goes away, or hangs.</summary>
public sealed class PageStateTests
{
    static readonly PageWaitForFunctionOptions Patience = new() { Timeout = 30_000 };

    [Fact]
    public async Task The_page_says_what_is_happening_instead_of_standing_still()
    {
        await using var chromium = await Chromium.LaunchAsync();
        using var server = new MjpegServer();
        await using var stream = await RunningPage.StartAsync("--source", server.Url("stream"), "--frozen-after", "1");
        var page = await chromium.Browser.NewPageAsync();
        await page.GotoAsync(stream.Address.ToString());
        await Reaches(page, "live");

        server.Kill();
        await Reaches(page, "waiting");
        await Says(page, "#stage", "Nothing answers at");
        server.Start();
        await Reaches(page, "live");
        await Says(page, "#notices", "opened anew");

        server.Hold();
        await Says(page, "#notices", "the same for");
        await Reaches(page, "live");
        server.LetGo();
        await page.WaitForFunctionAsync("() => !document.getElementById('notices').innerText.includes('the same for')", null, Patience);
    }

    [Fact]
    public async Task A_stream_that_is_given_up_says_why_over_its_last_frame()
    {
        await using var chromium = await Chromium.LaunchAsync();
        using var server = new MjpegServer();
        await using var stream = await RunningPage.StartAsync("--source", server.Url("stream"), "--retry-for", "2");
        var page = await chromium.Browser.NewPageAsync();
        await page.GotoAsync(stream.Address.ToString());
        await Reaches(page, "live");

        server.Kill();
        await Reaches(page, "failed");

        Assert.Contains("given up after 2 s", await page.Locator("#stage").GetAttributeAsync("data-end"));
        Assert.Equal("Failed", await page.InnerTextAsync("#state"));
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Repository.File("artifacts", "tests", "failed.png") });
    }

    static Task Says(IPage page, string where, string part) =>
        page.WaitForFunctionAsync("([where, part]) => document.querySelector(where).innerText.includes(part)", new[] { where, part }, Patience);

    static Task Reaches(IPage page, string state) =>
        page.WaitForFunctionAsync("state => document.getElementById('stage').dataset.state === state", state, Patience);
}
