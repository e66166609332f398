namespace FastCam.Video.Nut;

/// <summary>What one of the 256 frame codes stands for, so that a frame's header need not say it.</summary>
struct NutFrameCode
{
    public int Flags;
    public int SizeMultiplier;
    public int SizeLsb;
    public int Reserved;
    public int HeaderIndex;
    public long TimestampDelta;

    /// <summary>Reads the table of a main header.</summary>
    public static void ReadTable(NutBytes bytes, Span<NutFrameCode> codes)
    {
        var code = new NutFrameCode { SizeMultiplier = 1 };
        for (var i = 0; i < codes.Length;)
        {
            code.Flags = bytes.Unsigned(most: 0xFFFF);
            var fields = bytes.Unsigned(most: 256);
            if (fields > 0)
                code.TimestampDelta = bytes.Signed();
            if (fields > 1)
                code.SizeMultiplier = bytes.Unsigned(most: 1 << 20);
            if (fields > 2)
                bytes.Unsigned(most: 0); // stream
            var size = fields > 3 ? bytes.Unsigned(most: 1 << 20) : 0;
            code.Reserved = fields > 4 ? bytes.Unsigned(most: 256) : 0;
            var count = fields > 5 ? bytes.Unsigned(most: 256) : code.SizeMultiplier - size;
            if (fields > 6)
                bytes.Signed(); // match time
            if (fields > 7)
                code.HeaderIndex = bytes.Unsigned(most: 127);
            for (var field = 8; field < fields; field++)
                bytes.Unsigned();

            for (var j = 0; j < count && i < codes.Length; i++)
            {
                if (i == 'N') // begins a start code
                    continue;
                code.SizeLsb = size + j++;
                codes[i] = code;
            }
        }
    }
}
