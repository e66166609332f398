#!/bin/sh
# Makes tour.mp4 out of photos/: one slow camera move over each of the four photos. Needs FFmpeg with libx264.
#
# The moves are done by `perspective`, not by `zoompan`: it samples at 1/256 of a pixel, so a slow move does not jitter.
set -eu
cd "$(dirname "$0")"

frames=162 # of each photo; two dissolves of 24 frames leave 4 * 162 - 2 * 24 = 600: 20 s at 30 frames a second

# move X0 Y0 WIDTH0 X1 Y1 WIDTH1: a 16:9 window over the photo, in photo pixels, from the first to the last frame.
# The photo is enlarged threefold first, so that the cubic sampling that follows works on smooth data.
move() {
    t="min(1,on/$frames)"
    x="3*($1+($4-$1)*$t)"
    y="3*($2+($5-$2)*$t)"
    w="3*($3+($6-$3)*$t)"
    h="$w*9/16"
    printf '%s' "scale=3*iw:3*ih:flags=lanczos,format=gbrp,loop=$((frames - 1)):1,setpts=N/30/TB,fps=30,"
    printf '%s' "perspective=x0='$x':y0='$y':x1='$x+$w':y1='$y':x2='$x':y2='$y+$h':x3='$x+$w':y3='$y+$h'"
    printf '%s' ":interpolation=cubic:eval=frame,scale=960:540:flags=area,setsar=1,settb=1/30"
}

# The subject stays within the centre square of the height, which is what a classifier is shown.
cat=$(move 24 56 424 0 42 451)
cup=$(move 20 0 560 78 20 430)
rocket=$(move 42 92 556 2 62 636)
palace=$(move 0 128 428 0 14 436)

ffmpeg -hide_banner -loglevel error -y \
    -i photos/chelsea.png -i photos/coffee.png -i photos/rocket.jpg -i photos/china.jpg \
    -filter_complex "
        [0:v]$cat[cat];
        [1:v]$cup[cup];
        [2:v]$rocket[rocket];
        [3:v]$palace[palace];
        [cat][cup]xfade=duration=0.8:offset=4.6[warm];
        [rocket][palace]xfade=duration=0.8:offset=4.6[cool];
        [warm][cool]concat=n=2,
        fade=t=in:s=0:n=15,fade=t=out:s=585:n=15,
        scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,
        setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[tour]" \
    -map '[tour]' -map_metadata -1 -fflags +bitexact -flags:v +bitexact \
    -c:v libx264 -preset slow -crf 22 -g 60 -threads 1 \
    -movflags +faststart tour.mp4
