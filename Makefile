# The README's two commands are `make run` and `make test`; the others are their steps.
SHELL := /bin/bash
CONFIGURATION ?= Release
FASTCAM := artifacts/fastcam/fastcam
export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export MSBUILDTERMINALLOGGER := off

.PHONY: help run test faults latency soak fuzz images build setup setup-test clean
.DEFAULT_GOAL := help

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## install what is missing, build, and watch the bundled clip at http://127.0.0.1:8080 (more options: ARGS="--sink web://127.0.0.1:8081")
	@build/timed "install" $(MAKE) --no-print-directory setup
	@build/timed "build" $(MAKE) --no-print-directory build
	@exec $(FASTCAM) run --source media/tour.mp4 --loop $(ARGS)

build: ## leave a runnable artifacts/fastcam/fastcam
	@dotnet publish src/FastCam.Cli -c $(CONFIGURATION) -o artifacts/fastcam --nologo -v quiet

test: setup-test build ## the whole test suite: no camera, no GPU, no network
	@build/test

faults: setup-test build ## the fault suite in full: every fault 50 times, and a stream of 20 minutes (hours)
	@FASTCAM_FAULT_REPEATS=50 build/test -parallel none -namespace FastCam.Tests.Faults; status=$$?; cat artifacts/tests/faults.txt; exit $$status

latency: setup-test build ## from glass to page, RTSP and camera, by both backends, and what four RTSP streams cost
	@rm -f artifacts/tests/latency.txt; FASTCAM_MEASURE=1 build/test -class FastCam.Tests.Faults.Measurements
	@cat artifacts/tests/latency.txt

soak: build ## a stream of 20 000 frames through the default model: its memory must not grow (2 minutes on 2 quiet cores)
	@FASTCAM_SOAK_FRAMES=20000 build/test -class FastCam.Tests.Bench.SoakTests
	@cat artifacts/tests/soak.txt

fuzz: setup-test build ## 100 000 damaged images of every format, in processes of their own: no crash, no hang, bounded memory (half an hour)
	@FASTCAM_FUZZ_IMAGES=100000 build/test -class FastCam.Tests.Video.FuzzTests; status=$$?; cat artifacts/tests/fuzz.txt; exit $$status

images: setup-test build ## how many images are explained a second, and the memory that one of 400 megapixels takes (5 minutes)
	@rm -f artifacts/tests/images.txt; FASTCAM_MEASURE_IMAGES=1 build/test -class FastCam.Tests.Tiles.ImageMeasurements -parallel none; status=$$?; cat artifacts/tests/images.txt; exit $$status

setup: ## FFmpeg and libjpeg-turbo, by apt
	@build/setup ffmpeg libturbojpeg.so.0

setup-test: ## and Chromium, for the tests of the page; servers and a C compiler, for the faults of streams and cameras; Pillow and libheif's programs, for files of every image format
	@build/setup ffmpeg libturbojpeg.so.0 chromium openssl cc package:libc6-dev gst-launch-1.0 package:gstreamer1.0-plugins-good package:gstreamer1.0-plugins-bad package:gstreamer1.0-plugins-ugly package:gstreamer1.0-libav package:gstreamer1.0-rtsp package:gir1.2-gst-rtsp-server-1.0 package:python3-gi package:python3-pil heif-enc package:libfaketime

clean: ## remove what was built
	rm -rf artifacts src/FastCam.Edge/wwwroot src/*/bin src/*/obj tests/*/bin tests/*/obj
