using System.CommandLine;
using System.Globalization;
using FastCam.Edge.Tiles;
using FastCam.Onnx.Input;

namespace FastCam.Cli.Options;

/// <summary>The options that have an image explained by tiles.</summary>
sealed class TileArguments
{
    public Option<(int Width, int Height)?> Tile { get; } = CommonOptions.Sides(
        "--tile", "Explain an image of any size at its own resolution, by tiles of this size: the network's input");

    public Option<int> Overlap { get; } = OptionFactory.Parsed(
        "--overlap", "The pixels that neighbouring tiles share, where one fades into the other", "32", text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pixels)
                ? pixels
                : throw new FormatException($"a number of pixels is wanted, not {text}."));

    /// <summary>Returns the tiles asked for; null where an image is to be fitted to the network as a whole.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="unsuited">The options that do not go with tiles.</param>
    /// <param name="input">The network's input.</param>
    /// <exception cref="CommandException">The options do not go together, or with the network.</exception>
    public TileSize? Read(ParseResult parse, IEnumerable<Option> unsuited, InputSpec input)
    {
        var overlap = parse.GetValue(Overlap);
        if (parse.GetValue(Tile) is not { } tile)
        {
            return parse.GetResult(Overlap) is { Implicit: false }
                ? throw Wrong($"--overlap says how tiles overlap; give --tile {Describe(input)} with it, or leave it out.")
                : null;
        }
        if (unsuited.FirstOrDefault(option => parse.GetResult(option) is { Implicit: false }) is { } option)
        {
            throw Wrong(
                $"{option.Name} does not go with --tile: tiles are cut at the image's own resolution, and their combined maps are normalised "
                + "over the whole image.");
        }
        if (tile != (input.Width, input.Height))
        {
            throw Wrong(
                $"The network takes {input.Width}×{input.Height} pixels: give --tile {Describe(input)}, or, with a model that leaves its input open, "
                + "--input-size too.");
        }
        var most = Math.Min(tile.Width, tile.Height) / 2;
        return overlap <= most ? new TileSize(tile.Width, tile.Height, overlap) : throw Wrong($"--overlap is at most half a tile, {most}, not {overlap}.");
    }

    static string Describe(InputSpec input) => input.Width == input.Height ? $"{input.Width}" : $"{input.Width}x{input.Height}";

    static CommandException Wrong(string sentence) => new(ExitCode.BadOption, sentence);
}
