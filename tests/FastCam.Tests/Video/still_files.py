"""Writes small images of every format that is read, each NAME beside NAME.ppm: the pixels that a reader must find in it.

Pillow encodes where it can; the rest is written byte by byte. The pixels come from the generator of the image, from Pillow's
own decoder where an encoder loses some, or from arithmetic. Nothing here shares code with what is tested.
Usage: still_files.py FOLDER [HEIF_ENC HEIF_CONVERT]
"""
import math, os, struct, subprocess, sys, zlib
from PIL import Image, ImageOps

W, H = 37, 29
BACKGROUND = (255, 255, 255)
folder = sys.argv[1]
heif_enc, heif_convert = sys.argv[2:4] if len(sys.argv) > 3 else (None, None)


def colour(x, y):
    """Returns a colour of a smooth image of every hue and without any symmetry, one corner of which is marked."""
    if x < 9 and y < 5:
        return 240, 30, 60
    return 20 + 6 * x, 30 + 7 * y, 128 + int(90 * math.sin((x + 2 * y) / 14))


def draw(mode="RGB", pixel=colour, size=(W, H)):
    image = Image.new(mode, size)
    image.putdata([pixel(x, y) for y in range(size[1]) for x in range(size[0])])
    return image


def path(name):
    return os.path.join(folder, name)


def expect(name, image):
    """Writes what a reader must find in a file."""
    image = image.convert("RGB")
    with open(path(name + ".ppm"), "wb") as file:
        file.write(b"P6 %d %d 255\n" % image.size + image.tobytes())


def write(name, data, image):
    with open(path(name), "wb") as file:
        file.write(data)
    expect(name, image)


def save(name, image, expected=None, **options):
    """Has Pillow write a file, and, where the file keeps less than the image, read it back."""
    image.save(path(name), **options)
    expect(name, expected if expected is not None else Image.open(path(name)))


def over(image, background=BACKGROUND):
    """Lays an RGBA image over a colour, rounded to the nearest level."""
    def mix(pixel):
        *colours, alpha = pixel
        return tuple((c * alpha + b * (255 - alpha)) / 255 + 0.5 for c, b in zip(colours, background))
    return draw(pixel=lambda x, y: tuple(int(c) for c in mix(image.getpixel((x, y)))), size=image.size)


def turned(image, orientation):
    """Turns an image as a file of this orientation must store it to be seen as it is, against the turn that a reader makes."""
    undo = {2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM, 5: Image.TRANSPOSE, 6: Image.ROTATE_90,
            7: Image.TRANSVERSE, 8: Image.ROTATE_270}
    return image.transpose(undo[orientation]) if orientation in undo else image


def exif(orientation):
    return b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0" + struct.pack("<HH", orientation, 0) + bytes(4)


# Colour profiles have a matrix and a curve, and the version that every reader knows.

def inverse(m):
    (a, b, c), (d, e, f), (g, h, i) = m
    det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return [[(e * i - f * h) / det, (c * h - b * i) / det, (b * f - c * e) / det],
            [(f * g - d * i) / det, (a * i - c * g) / det, (c * d - a * f) / det],
            [(d * h - e * g) / det, (b * g - a * h) / det, (a * e - b * d) / det]]


def times(m, v):
    return [sum(x * y for x, y in zip(row, v)) for row in m]


# The columns are XYZ of red, green and blue under D50, as the profiles of these names carry them.
SRGB = [[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]]
ADOBE = [[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]]
P3 = [[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]]
SWAPPED = [[row[1], row[0], row[2]] for row in SRGB]


def profile(space, matrix, gamma):
    def fixed(value):
        return struct.pack(">i", round(value * 65536))
    def xyz(values):
        return b"XYZ \0\0\0\0" + b"".join(fixed(v) for v in values)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    text = b"test"
    tags = [(b"desc", b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + b"\0" + bytes(78)),
            (b"cprt", b"text\0\0\0\0none\0"), (b"wtpt", xyz((0.9642, 1, 0.8249)))]
    if space == b"GRAY":
        tags += [(b"kTRC", curve)]
    else:
        tags += [(name, xyz([row[i] for row in matrix])) for i, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))]
        tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    at, table, data = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, value in tags:
        value += bytes(-len(value) % 4)
        table += name + struct.pack(">II", at + len(data), len(value))
        data += value
    length = at + len(data)
    header = struct.pack(">I4sI4s4s4s", length, b"none", 0x02400000, b"mntr", space, b"XYZ ") + struct.pack(">6H", 2020, 1, 1, 0, 0, 0)
    header += b"acsp" + bytes(28) + fixed(0.9642) + fixed(1) + fixed(0.8249)
    return header + bytes(128 - len(header)) + table + data


def encoded(linear):
    linear = min(max(linear, 0), 1)
    return round(255 * (12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055))


def to_srgb(matrix, gamma):
    """Converts colours of such a profile to sRGB."""
    back = inverse(SRGB)
    return lambda rgb: tuple(encoded(v) for v in times(back, times(matrix, [(c / 255) ** gamma for c in rgb])))


GAMMA = 563 / 256
ADOBE_PROFILE, P3_PROFILE, SWAPPED_PROFILE = (profile(b"RGB ", matrix, GAMMA) for matrix in (ADOBE, P3, SWAPPED))
GREY_PROFILE = profile(b"GRAY", None, 461 / 256)


def muted(x, y):
    """Returns colours that lie within sRGB when they are taken for wider ones."""
    return tuple(100 + c * 60 // 255 for c in colour(x, y))


def converted(matrix, pixel=muted):
    convert = to_srgb(matrix, GAMMA)
    return draw(pixel=lambda x, y: convert(pixel(x, y)))


# PNG is written by hand.

def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, depth, kind, rows, *before, interlace=0, after=b""):
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlace)
    data = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(before) + data + after + chunk(b"IEND", b"")


def rows(values, width=W, height=H):
    return [b"".join(values(x, y) for x in range(width)) for y in range(height)]


def bits(depth, values, width=W, height=H):
    """Packs rows of values of less than a byte."""
    result = []
    for y in range(height):
        number = 0
        for x in range(width):
            number = number << depth | values(x, y)
        length = (width * depth + 7) // 8
        result.append((number << length * 8 - width * depth).to_bytes(length, "big"))
    return result


def adam7(values):
    result = []
    for left, top, across, down in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        result += [b"".join(values(x, y) for x in range(left, W, across)) for y in range(top, H, down)]
    return result


def deep(x, y):
    """Returns 16-bit colours whose lower bytes are not their upper ones."""
    return tuple(min(c * 257 + (x * 31 + y * 17) % 200 - 100, 65535) for c in colour(x, y))


def of_deep(pixel=deep):
    return draw(pixel=lambda x, y: tuple((c * 255 + 32767) // 65535 for c in pixel(x, y)))


# TIFF is written by hand.

def tiff(width, height, samples, depth, data, photometric=2, order="<", big=False, tile=None, extra=(), rows_per_strip=8, format=1):
    """Makes a file of one page, of rows of bytes in strips or of whole tiles."""
    if tile:
        blocks = data
    else:
        blocks = [b"".join(data[y:y + rows_per_strip]) for y in range(0, height, rows_per_strip)]
    header = 16 if big else 8
    body, offsets = b"", []
    for block in blocks:
        offsets.append(header + len(body))
        body += block + bytes(-len(block) % 8)
    offset = "Q" if big else "I"
    code = {"H": 3, "I": 4, "Q": 16}
    tags = [(256, "I", [width]), (257, "I", [height]), (258, "H", [depth] * samples), (259, "H", [1]), (262, "H", [photometric]),
            (277, "H", [samples]), (284, "H", [1]), (339, "H", [format] * samples)]
    if tile:
        tags += [(322, "I", [tile]), (323, "I", [tile]), (324, offset, offsets), (325, offset, [len(b) for b in blocks])]
    else:
        tags += [(273, offset, offsets), (278, "I", [rows_per_strip]), (279, offset, [len(b) for b in blocks])]
    tags = sorted(tags + list(extra))
    inline = 8 if big else 4
    at = header + len(body)
    after = at + (8 + 20 * len(tags) + 8 if big else 2 + 12 * len(tags) + 4)
    directory, more = struct.pack(order + ("Q" if big else "H"), len(tags)), b""
    for number, kind, values in tags:
        packed = values if kind == "raw" else struct.pack(order + kind * len(values), *values)
        directory += struct.pack(order + ("HHQ" if big else "HHI"), number, 7 if kind == "raw" else code[kind], len(values))
        if len(packed) > inline:
            directory += struct.pack(order + offset, after + len(more))
            more += packed + bytes(-len(packed) % 8)
        else:
            directory += packed + bytes(inline - len(packed))
    directory += bytes(inline)
    magic = (b"II" if order == "<" else b"MM") + (struct.pack(order + "HHHQ", 43, 8, 0, at) if big else struct.pack(order + "HI", 42, at))
    return magic + body + directory + more


def tiles(values, side=16):
    """Cuts an image into tiles, row by row. Pixels beside the image are grey, and must not be seen."""
    beside = bytes([99]) * len(values(0, 0))
    return [b"".join(values(left + x, top + y) if left + x < W and top + y < H else beside for y in range(side) for x in range(side))
            for top in range(0, H, side) for left in range(0, W, side)]


# BMP is written by hand.

def bmp(width, height, depth, data, compression=0, palette=b"", masks=b""):
    at = 14 + 40 + len(masks) + len(palette)
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, depth, compression, len(data), 2835, 2835, len(palette) // 4, 0)
    return b"BM" + struct.pack("<IHHI", at + len(data), 0, 0, at) + header + masks + palette + data


def bmp_rows(lines):
    return b"".join(line + bytes(-len(line) % 4) for line in reversed(lines))


def run_lengths(indices):
    data = b""
    for y in reversed(range(H)):
        x = 0
        while x < W:
            run = 1
            while x + run < W and run < 255 and indices(x + run, y) == indices(x, y):
                run += 1
            if run == 1 and x + 4 <= W:
                data += bytes([0, 4]) + bytes(indices(x + i, y) for i in range(4))
                run = 4
            else:
                data += bytes([run, indices(x, y)])
            x += run
        data += b"\0\0"
    return data + b"\0\1"


plain = draw()
grey = draw("L", lambda x, y: (5 * x + 2 * y) % 256)
index = lambda x, y: (x // 3 + 2 * (y // 4)) % 13
PALETTE = [(i * 19, 250 - i * 17, (i * 70) % 256) for i in range(13)]
indexed = draw(pixel=lambda x, y: PALETTE[index(x, y)])
alpha = lambda x, y: (x * 7 + y * 3) % 256
clear = draw("RGBA", lambda x, y: (*colour(x, y), alpha(x, y)))
raw = lambda x, y: bytes(colour(x, y))
raw16 = lambda x, y: struct.pack(">3H", *deep(x, y))


def jpegs():
    save("rgb444.jpg", plain, quality=92, subsampling=0)
    save("rgb420.jpg", plain, quality=92, subsampling=2)
    save("progressive.jpg", plain, quality=92, progressive=True)
    save("grey.jpg", grey, quality=92)
    save("jfif-less.jpg", plain, quality=92, subsampling=0)
    data = open(path("jfif-less.jpg"), "rb").read()
    length = struct.unpack(">H", data[4:6])[0]
    write("jfif-less.jpg", data[:2] + data[4 + length:], Image.open(path("jfif-less.jpg")))
    ink = draw("CMYK", lambda x, y: tuple(255 - c for c in colour(x, y)) + ((x * y) % 90,))
    save("cmyk.jpg", ink, quality=95)
    for orientation in range(1, 9):
        name = f"orientation{orientation}.jpg"
        stored = turned(plain, orientation)
        stored.save(path(name), quality=95, subsampling=0, exif=b"Exif\0\0" + exif(orientation))
        expect(name, ImageOps.exif_transpose(Image.open(path(name))))
    for name, matrix, icc in (("adobe.jpg", ADOBE, ADOBE_PROFILE), ("p3.jpg", P3, P3_PROFILE), ("swapped.jpg", SWAPPED, SWAPPED_PROFILE)):
        draw(pixel=muted).save(path(name), quality=95, subsampling=0, icc_profile=icc)
        decoded = Image.open(path(name)).convert("RGB")
        convert = to_srgb(matrix, GAMMA)
        expect(name, draw(pixel=lambda x, y: convert(decoded.getpixel((x, y)))))
    grey.save(path("grey-profile.jpg"), quality=95, icc_profile=GREY_PROFILE)
    decoded = Image.open(path("grey-profile.jpg"))
    expect("grey-profile.jpg", draw(pixel=lambda x, y: (encoded((decoded.getpixel((x, y)) / 255) ** (461 / 256)),) * 3))


def pngs():
    palette = chunk(b"PLTE", bytes(c for entry in PALETTE for c in entry))
    save("rgb.png", plain, plain)
    save("grey.png", grey, grey)
    write("one.png", png(1, 1, 8, 2, [bytes((1, 2, 3))]), Image.new("RGB", (1, 1), (1, 2, 3)))
    write("palette8.png", png(W, H, 8, 3, bits(8, index), palette), indexed)
    write("palette4.png", png(W, H, 4, 3, bits(4, index), palette), indexed)
    for depth in (1, 2, 4):
        most = 2 ** depth - 1
        value = lambda x, y: (x // 2 + y // 3) % (most + 1)
        write(f"grey{depth}.png", png(W, H, depth, 0, bits(depth, value)), draw(pixel=lambda x, y: (value(x, y) * 255 // most,) * 3))
    write("rgb16.png", png(W, H, 16, 2, rows(raw16)), of_deep())
    grey16 = lambda x, y: (deep(x, y)[0],) * 3
    write("grey16.png", png(W, H, 16, 0, rows(lambda x, y: struct.pack(">H", grey16(x, y)[0]))), of_deep(grey16))
    save("rgba.png", clear, over(clear))
    grey_alpha = draw("RGBA", lambda x, y: (grey.getpixel((x, y)),) * 3 + (alpha(x, y),))
    write("grey-alpha.png", png(W, H, 8, 4, rows(lambda x, y: bytes((grey.getpixel((x, y)), alpha(x, y))))), over(grey_alpha))
    write("rgba16.png", png(W, H, 16, 6, rows(lambda x, y: raw16(x, y) + struct.pack(">H", alpha(x, y) * 257))),
          over(draw("RGBA", lambda x, y: (*of_deep_pixel(x, y), alpha(x, y)))))
    key = colour(0, 0)
    see_through = draw(pixel=lambda x, y: BACKGROUND if colour(x, y) == key else colour(x, y))
    write("transparent-colour.png", png(W, H, 8, 2, rows(raw), chunk(b"tRNS", struct.pack(">3H", *key))), see_through)
    opacities = bytes((i * 40) % 256 for i in range(13))
    write("transparent-palette.png", png(W, H, 8, 3, bits(8, index), palette, chunk(b"tRNS", opacities)),
          over(draw("RGBA", lambda x, y: (*PALETTE[index(x, y)], opacities[index(x, y)]))))
    write("interlaced.png", png(W, H, 8, 2, adam7(raw), interlace=1), plain)
    write("interlaced16.png", png(W, H, 16, 2, adam7(raw16), interlace=1), of_deep())
    for orientation in range(1, 9):
        stored = turned(plain, orientation)
        stored_rows = rows(lambda x, y: bytes(stored.getpixel((x, y))), *stored.size)
        write(f"orientation{orientation}.png", png(*stored.size, 8, 2, stored_rows, chunk(b"eXIf", exif(orientation))), plain)
    for name, matrix, icc in (("adobe.png", ADOBE, ADOBE_PROFILE), ("p3.png", P3, P3_PROFILE), ("swapped.png", SWAPPED, SWAPPED_PROFILE)):
        save(name, draw(pixel=muted), converted(matrix), icc_profile=icc)
    convert = to_srgb(ADOBE, GAMMA)
    deep_rows = rows(lambda x, y: struct.pack(">3H", *(c * 257 for c in muted(x, y))))
    profile_chunk = chunk(b"iCCP", b"test\0\0" + zlib.compress(ADOBE_PROFILE))
    write("adobe16.png", png(W, H, 16, 2, deep_rows, profile_chunk), converted(ADOBE))
    save("adobe-alpha.png", draw("RGBA", lambda x, y: (*muted(x, y), alpha(x, y))),
         over(draw("RGBA", lambda x, y: (*convert(muted(x, y)), alpha(x, y)))), icc_profile=ADOBE_PROFILE)
    save("grey-profile.png", grey, draw(pixel=lambda x, y: (encoded((grey.getpixel((x, y)) / 255) ** (461 / 256)),) * 3), icc_profile=GREY_PROFILE)
    save("broken-profile.png", plain, plain, icc_profile=b"no profile" * 20)


def of_deep_pixel(x, y):
    return tuple((c * 255 + 32767) // 65535 for c in deep(x, y))


def webps():
    save("lossless.webp", plain, plain, lossless=True)
    save("lossy.webp", plain, quality=90)
    save("alpha.webp", clear, over(clear), lossless=True, exact=True)
    second = draw(pixel=lambda x, y: (0, 0, 255))
    save("animated.webp", plain, plain, save_all=True, append_images=[second, second], duration=100, lossless=True)
    for orientation in range(1, 9):
        save(f"orientation{orientation}.webp", turned(plain, orientation), plain, lossless=True, exif=exif(orientation))
    save("adobe.webp", draw(pixel=muted), converted(ADOBE), lossless=True, icc_profile=ADOBE_PROFILE)


def paletted():
    image = Image.new("P", (W, H))
    image.putpalette([c for entry in PALETTE for c in entry])
    image.putdata([index(x, y) for y in range(H) for x in range(W)])
    return image


def gifs():
    save("palette.gif", paletted(), indexed, interlace=0)
    save("interlaced.gif", paletted(), indexed, interlace=1)
    save("transparent.gif", paletted(), draw(pixel=lambda x, y: BACKGROUND if index(x, y) == 4 else PALETTE[index(x, y)]), transparency=4)
    second = paletted().transpose(Image.ROTATE_180)
    save("animated.gif", paletted(), indexed, save_all=True, append_images=[second, second], duration=100)


def bmps():
    blue_first = lambda x, y: bytes(reversed(colour(x, y)))
    entries = b"".join(bytes((b, g, r, 0)) for r, g, b in PALETTE)
    write("24.bmp", bmp(W, H, 24, bmp_rows(rows(blue_first))), plain)
    write("top-down.bmp", bmp(W, -H, 24, bmp_rows(list(reversed(rows(blue_first))))), plain)
    write("32.bmp", bmp(W, H, 32, bmp_rows(rows(lambda x, y: blue_first(x, y) + b"\0"))), plain)
    write("palette8.bmp", bmp(W, H, 8, bmp_rows(bits(8, index)), palette=entries), indexed)
    write("palette4.bmp", bmp(W, H, 4, bmp_rows(bits(4, index)), palette=entries), indexed)
    two = lambda x, y: (x // 2 + y) % 2
    write("palette1.bmp", bmp(W, H, 1, bmp_rows(bits(1, two)), palette=entries[:8]), draw(pixel=lambda x, y: PALETTE[two(x, y)]))
    write("rle8.bmp", bmp(W, H, 8, run_lengths(index), compression=1, palette=entries), indexed)
    short = lambda x, y: (colour(x, y)[0] >> 3 << 11) | (colour(x, y)[1] >> 2 << 5) | (colour(x, y)[2] >> 3)
    widened = lambda x, y: tuple(((v << 8 - n) | (v >> 2 * n - 8)) for v, n in ((short(x, y) >> 11, 5), (short(x, y) >> 5 & 63, 6), (short(x, y) & 31, 5)))
    short_rows = bmp_rows(rows(lambda x, y: struct.pack("<H", short(x, y))))
    masks = struct.pack("<III", 0xF800, 0x7E0, 0x1F)
    write("565.bmp", bmp(W, H, 16, short_rows, compression=3, masks=masks), draw(pixel=widened))


def pixmaps():
    write("binary.ppm", b"P6\n# a comment\n%d %d\n255\n" % (W, H) + b"".join(rows(raw)), plain)
    write("binary.pgm", b"P5 %d %d 255\n" % (W, H) + grey.tobytes(), grey)
    write("deep.ppm", b"P6 %d %d 65535\n" % (W, H) + b"".join(rows(raw16)), of_deep())
    write("deep.pgm", b"P5 %d %d 65535\n" % (W, H) + b"".join(rows(lambda x, y: raw16(x, y)[:2])), of_deep(lambda x, y: (deep(x, y)[0],) * 3))


def tiffs():
    save("lzw.tif", plain, plain, compression="tiff_lzw")
    save("deflate.tif", plain, plain, compression="tiff_adobe_deflate")
    save("jpeg.tif", plain, compression="jpeg", quality=95)
    save("packbits.tif", grey, grey, compression="packbits")
    save("palette.tif", paletted(), indexed)
    bilevel = draw("1", lambda x, y: 255 * ((x // 3 + y) % 2))
    save("bilevel.tif", bilevel, bilevel)
    save("fax.tif", bilevel, bilevel, compression="group4")
    save("alpha.tif", clear, over(clear))
    save("pages.tif", plain, plain, save_all=True, append_images=[draw(pixel=lambda x, y: (0, 0, 255)), Image.new("RGB", (5, 70))])
    save("adobe.tif", draw(pixel=muted), converted(ADOBE), icc_profile=ADOBE_PROFILE)
    write("strips.tif", tiff(W, H, 3, 8, rows(raw)), plain)
    write("motorola.tif", tiff(W, H, 3, 8, rows(raw), order=">"), plain)
    write("tiled.tif", tiff(W, H, 3, 8, tiles(raw), tile=16), plain)
    write("big.tif", tiff(W, H, 3, 8, rows(raw), big=True), plain)
    write("big-tiled.tif", tiff(W, H, 3, 8, tiles(raw), tile=16, big=True, order=">"), plain)
    write("white-is-zero.tif", tiff(W, H, 1, 8, rows(lambda x, y: bytes([255 - grey.getpixel((x, y))])), photometric=0), grey)
    write("rgb16.tif", tiff(W, H, 3, 16, rows(lambda x, y: struct.pack("<3H", *deep(x, y)))), of_deep())
    write("rgb16-tiled.tif", tiff(W, H, 3, 16, tiles(raw16), tile=16, order=">"), of_deep())
    write("grey16.tif", tiff(W, H, 1, 16, rows(lambda x, y: struct.pack("<H", deep(x, y)[0])), photometric=1), of_deep(lambda x, y: (deep(x, y)[0],) * 3))
    for orientation in range(1, 9):
        stored = turned(plain, orientation)
        stored_rows = rows(lambda x, y: bytes(stored.getpixel((x, y))), *stored.size)
        write(f"orientation{orientation}.tif", tiff(*stored.size, 3, 8, stored_rows, extra=[(274, "H", [orientation])]), plain)
    write("float.tif", tiff(W, H, 3, 32, rows(lambda x, y: struct.pack("<3f", *(c / 255 for c in colour(x, y)))), format=3), plain)
    ink = draw("CMYK", lambda x, y: tuple(255 - c for c in colour(x, y)) + ((x * y) % 90,))
    write("cmyk.tif", tiff(W, H, 4, 8, rows(lambda x, y: bytes(ink.getpixel((x, y)))), photometric=5), ink)


def heif(name, source, *options):
    subprocess.run([heif_enc, *options, "-p", "chroma=444", "-o", path(name), path(source)], check=True, capture_output=True)


def rotated(data, quarters):
    """Adds a box to a file that says how many quarters to turn it to the left."""
    def box(name, start, end):
        while start < end:
            length, kind = struct.unpack(">I4s", data[start:start + 8])
            if kind == name:
                return start, start + length
            start += length
    added = 10
    meta = box(b"meta", 0, len(data))
    properties = box(b"iprp", meta[0] + 12, meta[1])
    container, associations = box(b"ipco", properties[0] + 8, properties[1]), box(b"ipma", properties[0] + 8, properties[1])
    locations = box(b"iloc", meta[0] + 12, meta[1])
    count, at = 0, container[0] + 8
    while at < container[1]:
        at, count = at + struct.unpack(">I", data[at:at + 4])[0], count + 1
    result = bytearray(data)
    # heif-enc writes all places in 4 bytes, and an item of version 1 says whether it lies in the file or in a box.
    version = data[locations[0] + 8]
    assert data[locations[0] + 12:locations[0] + 14] == b"\x44\x40"
    for item in range(struct.unpack(">H", data[locations[0] + 14:locations[0] + 16])[0]):
        place = locations[0] + 16 + item * (20 if version else 18) + 2
        if version == 0 or data[place:place + 2] == b"\0\0":
            place += 4 if version else 2
            result[place:place + 4] = struct.pack(">I", struct.unpack(">I", data[place:place + 4])[0] + added)
    last = associations[0] + 16
    while last + 3 + data[last + 2] < associations[1]:
        last += 3 + data[last + 2]
    for start, more in ((meta[0], added), (properties[0], added), (container[0], 9), (associations[0], 1)):
        result[start:start + 4] = struct.pack(">I", struct.unpack(">I", data[start:start + 4])[0] + more)
    result[last + 2] += 1
    result[associations[1]:associations[1]] = bytes([0x80 | count + 1])
    result[container[1]:container[1]] = struct.pack(">I4sB", 9, b"irot", quarters)
    return bytes(result)


def heifs():
    plain.save(path("source.png"))
    for ending in ("avif", "heic"):
        heif(f"lossless.{ending}", "source.png", "-L", "--matrix_coefficients=0")
        expect(f"lossless.{ending}", plain)
        heif(f"lossy.{ending}", "source.png", "-q", "90")
        subprocess.run([heif_convert, path(f"lossy.{ending}"), path("decoded.png")], check=True, capture_output=True)
        expect(f"lossy.{ending}", Image.open(path("decoded.png")))
    for quarters, orientation in ((1, 8), (2, 3), (3, 6)):
        # The EXIF data gives the orientation too, as in files of telephones; the container alone counts.
        turned(plain, orientation).save(path("source.png"), exif=exif(orientation))
        for ending in ("avif", "heic"):
            heif(f"exif{orientation}.{ending}", "source.png", "-L", "--matrix_coefficients=0")
            expect(f"exif{orientation}.{ending}", turned(plain, orientation))
            with open(path(f"exif{orientation}.{ending}"), "rb") as file:
                write(f"rotated{quarters}.{ending}", rotated(file.read(), quarters), plain)
    os.remove(path("source.png"))
    os.remove(path("decoded.png"))


jpegs(), pngs(), webps(), gifs(), bmps(), pixmaps(), tiffs()
if heif_enc:
    heifs()
