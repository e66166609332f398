using System.Text.Json;

namespace FastCam.Edge;

/// <summary>The names of choices as they are typed and shown: <c>every-frame</c> for <c>EveryFrame</c>.</summary>
static class EnumNames
{
    public static string Format<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static IEnumerable<string> All<T>() where T : struct, Enum => Enum.GetValues<T>().Select(Format);

    public static T? Parse<T>(string name) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Format(value).Equals(name, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        return null;
    }
}
