using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FastCam.Lab.Paper;

/// <summary>A number as it is printed: 1.70 is more exact than 1.7, and 3.8e9 less exact than 3800000000.</summary>
/// <param name="Digits">The digits, with the zeros that end them.</param>
/// <param name="Power">The power of ten that they are multiplied by.</param>
[JsonConverter(typeof(PrintedConverter))]
readonly record struct Printed(decimal Digits, int Power = 0)
{
    public double Value => (double)Digits * Math.Pow(10, Power);

    /// <summary>One unit of the last digit: the number before rounding lies within half of it.</summary>
    public double Unit => Math.Pow(10, Power - Digits.Scale);

    /// <summary>Formats another value in the same notation, with digits beyond the printed ones; a count that is whole gets none.</summary>
    public string Format(double value, int moreDigits)
    {
        var scaled = value / Math.Pow(10, Power);
        var decimals = Digits.Scale == 0 && double.IsInteger(scaled) ? 0 : Digits.Scale + moreDigits;
        return scaled.ToString($"F{decimals}", CultureInfo.InvariantCulture) + Exponent;
    }

    public override string ToString() => Digits.ToString(CultureInfo.InvariantCulture) + Exponent;

    string Exponent => Power == 0 ? "" : $"e{Power}";

    public static Printed Parse(string text)
    {
        var parts = text.Split('e', 'E');
        var power = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        return new Printed(decimal.Parse(parts[0], CultureInfo.InvariantCulture), power);
    }
}

/// <summary>Reads a JSON number with the digits that it is written with.</summary>
sealed class PrintedConverter : JsonConverter<Printed>
{
    public override Printed Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        Printed.Parse(Encoding.UTF8.GetString(reader.ValueSpan));

    public override void Write(Utf8JsonWriter writer, Printed value, JsonSerializerOptions options) => writer.WriteRawValue(value.ToString());
}

/// <summary>The result of a formula on printed numbers, and how far it moves when each of them is anything that its digits leave open.</summary>
/// <param name="Value">The result for the numbers as printed.</param>
/// <param name="Least">The least that it can have been before its inputs were rounded.</param>
/// <param name="Most">The most that it can have been.</param>
readonly record struct Reach(double Value, double Least, double Most)
{
    public static Reach Exact(double value) => new(value, value, value);

    /// <summary>
    /// Computes the reach. Each input is moved by half a unit of its last digit, both ways, and what that does to the result is added up. That is exact
    /// for a sum, and right to the first order otherwise, which is enough for half units.
    /// </summary>
    public static Reach Compute(Func<double[], double> formula, params IEnumerable<Printed> inputs)
    {
        var printed = inputs.ToArray();
        var values = printed.Select(input => input.Value).ToArray();
        var value = formula(values);
        double below = 0, above = 0;
        for (var i = 0; i < values.Length; i++)
        {
            double Moved(double step)
            {
                values[i] = printed[i].Value + step;
                var difference = formula(values) - value;
                values[i] = printed[i].Value;
                return difference;
            }

            var (down, up) = (Moved(-printed[i].Unit / 2), Moved(printed[i].Unit / 2));
            below += Math.Min(0, Math.Min(down, up));
            above += Math.Max(0, Math.Max(down, up));
        }

        return new Reach(value, value + below, value + above);
    }
}
