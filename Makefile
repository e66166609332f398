# The README's two commands are `make run` and `make test`; the others are their steps.
SHELL := /bin/bash
CONFIGURATION ?= Release
FASTCAM := artifacts/fastcam/fastcam
export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export MSBUILDTERMINALLOGGER := off

.PHONY: help run test check long build setup setup-test clean
.DEFAULT_GOAL := help

# make long NAME: the name is a word of the command line, and no target.
ifeq ($(firstword $(MAKECMDGOALS)),long)
LONG := $(word 2,$(MAKECMDGOALS))
$(LONG): ; @:
endif

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

check: ## formatting, a build with warnings as errors, and the tests that only compute: for every small step (3 minutes)
	@build/check

long: setup-test build ## NAME: a long form, alone on its machine, with its report in artifacts/tests: faults, latency, backends, soak, fuzz, parsers, images, streams or evaluate
	@build/long $(LONG)

setup: ## FFmpeg and libjpeg-turbo, by apt
	@build/setup ffmpeg libturbojpeg.so.0

setup-test: ## and Chromium, for the tests of the page; servers and a C compiler, for the faults of streams and cameras; Pillow and libheif's programs, for files of every image format
	@build/setup ffmpeg libturbojpeg.so.0 chromium openssl cc package:libc6-dev package:libgtk-3-0 gst-launch-1.0 package:gstreamer1.0-plugins-good package:gstreamer1.0-plugins-bad package:gstreamer1.0-plugins-ugly package:gstreamer1.0-libav package:gstreamer1.0-rtsp package:gir1.2-gst-rtsp-server-1.0 package:python3-gi package:python3-pil heif-enc package:libfaketime Xvfb openbox xdotool

clean: ## remove what was built
	rm -rf artifacts src/FastCam.Edge/wwwroot src/*/bin src/*/obj tests/*/bin tests/*/obj
