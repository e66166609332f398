namespace FastCam.Video.Nut;

/// <summary>What reader and writer of the NUT container have in common: NUT carries each raw frame with its own timestamp.</summary>
static class Nut
{
    public const ulong MainStartCode = 0x4E4D7A561F5F04AD;
    public const ulong StreamStartCode = 0x4E5311405BF2F9DB;
    public const ulong SyncpointStartCode = 0x4E4BE4ADEECA4569;
    public const uint I420 = 0x49343230;

    public const int FlagKey = 1;
    public const int FlagCodedPts = 8;
    public const int FlagStreamId = 16;
    public const int FlagSizeMsb = 32;
    public const int FlagChecksum = 64;
    public const int FlagReserved = 128;
    public const int FlagSideData = 256;
    public const int FlagHeaderIndex = 1024;
    public const int FlagMatchTime = 2048;
    public const int FlagCoded = 4096;
    public const int FlagInvalid = 8192;

    public static ReadOnlySpan<byte> FileId => "nut/multimedia container\0"u8;
}
