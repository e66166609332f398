/*
 * A camera for tests, by LD_PRELOAD: the file named in FASTCAM_TEST_CAMERA becomes a V4L2 device that gives YUYV at 30
 * or 15 frames a second, each frame with the milliseconds of the monotonic clock when it was due as a bar code. As with a
 * real one, a handle that was opened not to block answers at once, select waits for a frame, and while one handle holds
 * the buffers another is told that the device is busy.
 *
 * The file's first letter says how it behaves at this moment: 'r' runs, 's' gives nothing more, 'h' gives nothing more
 * and hangs in the driver, 'o' loses three frames in thirty as a driver does whose buffers are full. The file gone, the
 * camera is unplugged.
 *
 * cc -shared -fPIC -O2 -o test_camera.so test_camera.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_BUFFERS = 16, MOST_HANDLES = 64, SIZES = 3, RATES = 2, LOST_OF_THIRTY = 3 };

static const struct { unsigned width, height; } sizes[SIZES] = { { 640, 480 }, { 1280, 720 }, { 320, 240 } };
static const unsigned rates[RATES] = { 30, 15 };

static ino_t handles[MOST_HANDLES], owner; /* what is open; which of them holds the buffers, 0: none */
static unsigned width = 640, height = 480, rate = 30, buffers, sequence, opened;
static unsigned char *mapped;
static unsigned queue[MOST_BUFFERS], queued_first, queued_count;
static struct timespec due;

static void *next_symbol(const char *name) { return dlsym(RTLD_NEXT, name); }

static bool is_camera_path(const char *path)
{
    const char *named = getenv("FASTCAM_TEST_CAMERA");
    return named && path && strcmp(path, named) == 0;
}

static int real_open(const char *path)
{
    static int (*function)(const char *, int, ...);
    if (!function)
        function = next_symbol("open");
    return function(path, O_RDONLY | O_CLOEXEC);
}

/* 0: it is unplugged. */
static char behaviour(void)
{
    char letter = 'r';
    int file = real_open(getenv("FASTCAM_TEST_CAMERA"));
    if (file < 0)
        return 0;
    if (read(file, &letter, 1) != 1)
        letter = 'r';
    close(file);
    return letter;
}

static size_t frame_bytes(void) { return (size_t)width * height * 2; }

static size_t buffer_bytes(void) { return (frame_bytes() + 4095) & ~(size_t)4095; }

static int fail(int error)
{
    errno = error;
    return -1;
}

/* 0: it is none of the camera's handles. */
static ino_t handle_of(int file)
{
    struct stat status;
    if (opened == 0 || fstat(file, &status) != 0)
        return 0;
    for (unsigned i = 0; i < MOST_HANDLES; i++)
        if (handles[i] == status.st_ino)
            return status.st_ino;
    return 0;
}

static int open_camera(int flags)
{
    struct stat status;
    if (!behaviour())
        return fail(ENOENT);
    int file = memfd_create("test_camera", flags & O_CLOEXEC ? MFD_CLOEXEC : 0);
    if (file >= 0 && fstat(file, &status) == 0 && fcntl(file, F_SETFL, O_RDWR | (flags & O_NONBLOCK)) == 0)
        handles[opened++ % MOST_HANDLES] = status.st_ino;
    return file;
}

static void release_buffers(void)
{
    if (mapped)
        munmap(mapped, buffers * buffer_bytes());
    mapped = NULL;
    buffers = queued_count = 0;
    owner = 0;
}

int close(int file)
{
    static int (*function)(int);
    if (!function)
        function = next_symbol("close");
    ino_t handle = handle_of(file);
    if (handle && handle == owner)
        release_buffers();
    return function(file);
}

#define REPLACE_OPEN(name)                                        \
    int name(const char *path, int flags, ...)                    \
    {                                                             \
        static int (*function)(const char *, int, ...);           \
        va_list arguments;                                        \
        va_start(arguments, flags);                               \
        int mode = va_arg(arguments, int);                        \
        va_end(arguments);                                        \
        if (is_camera_path(path) && (flags & O_ACCMODE) == O_RDWR) \
            return open_camera(flags);                               \
        if (!function)                                            \
            function = next_symbol(#name);                        \
        return function(path, flags, mode);                       \
    }
REPLACE_OPEN(open)
REPLACE_OPEN(open64)
REPLACE_OPEN(__open_2)
REPLACE_OPEN(__open64_2)

/* GStreamer asks whether the file is a device. */
#define REPLACE_STAT(name, type)                          \
    int name(const char *path, struct type *status)       \
    {                                                     \
        static int (*function)(const char *, struct type *); \
        if (!function)                                    \
            function = next_symbol(#name);                \
        int result = function(path, status);              \
        if (result == 0 && is_camera_path(path))          \
            status->st_mode = S_IFCHR | 0666;             \
        return result;                                    \
    }
REPLACE_STAT(stat, stat)
REPLACE_STAT(stat64, stat64)

static void advance(struct timespec *time, unsigned frames)
{
    uint64_t nanoseconds = time->tv_nsec + (uint64_t)frames * 1000000000 / rate;
    time->tv_sec += nanoseconds / 1000000000;
    time->tv_nsec = nanoseconds % 1000000000;
}

static bool is_before(const struct timespec *one, const struct timespec *other)
{
    return one->tv_sec != other->tv_sec ? one->tv_sec < other->tv_sec : one->tv_nsec < other->tv_nsec;
}

/* As FastCam.Video.BarCode writes it. */
static void draw(unsigned char *frame)
{
    uint32_t number = ((uint64_t)due.tv_sec * 1000 + due.tv_nsec / 1000000) & 0xFFFFFF, crc = number << 8;
    for (int bit = 31; bit >= 8; bit--)
        if (crc >> bit & 1)
            crc ^= 0x107u << (bit - 8);
    uint32_t word = number | (~crc & 0xFF) << 24;
    unsigned cell_height = (height + 1) / 2 / 36 < 4 ? 4 : (height + 1) / 2 / 36;
    for (unsigned y = 0; y < height; y++) {
        unsigned char *row = frame + (size_t)y * width * 2;
        unsigned line = y / cell_height;
        for (unsigned x = 0; x < width; x++) {
            unsigned cell = x * 16 / ((width + 1) / 2);
            unsigned char luma = line < 4 ? (((word >> (line / 2 * 16 + cell / 2)) ^ line ^ cell) & 1 ? 16 : 235) : 16 + (x + y + sequence * 5) % 200;
            row[2 * x] = luma;
            row[2 * x + 1] = 128;
        }
    }
}

static unsigned lost_before_next(char now) { return now == 'o' && sequence % 30 == 0 ? LOST_OF_THIRTY : 0; }

/* Waits for a frame until a moment; a handle that is unplugged has none to wait for. */
static bool wait_for_frame(const struct timespec *until)
{
    for (;;) {
        char now = behaviour();
        struct timespec next = due, present;
        if (!now)
            return true;
        bool stalls = now == 's' || now == 'h';
        if (!stalls) {
            advance(&next, 1 + lost_before_next(now));
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, until && is_before(until, &next) ? until : &next, NULL);
        }
        clock_gettime(CLOCK_MONOTONIC, &present);
        if (!stalls && !is_before(&present, &next))
            return true;
        if (until && !is_before(&present, until))
            return false;
        if (stalls)
            usleep(20000);
    }
}

static int dequeue(int file, struct v4l2_buffer *buffer)
{
    static const struct timespec at_once;
    while (behaviour() == 'h')
        usleep(20000);
    bool is_there = wait_for_frame(fcntl(file, F_GETFL) & O_NONBLOCK ? &at_once : NULL);
    char now = behaviour();
    if (!now)
        return fail(ENODEV);
    if (!is_there || queued_count == 0)
        return fail(EAGAIN);
    unsigned lost = lost_before_next(now);
    advance(&due, 1 + lost);
    sequence += lost;
    struct timespec present;
    clock_gettime(CLOCK_MONOTONIC, &present);
    if (present.tv_sec > due.tv_sec + 1)
        due = present; /* after a stall: no camera catches up */

    unsigned index = queue[queued_first];
    queued_first = (queued_first + 1) % MOST_BUFFERS;
    queued_count--;
    draw(mapped + index * buffer_bytes());
    buffer->index = index;
    buffer->bytesused = frame_bytes();
    buffer->length = buffer_bytes();
    buffer->m.offset = index * buffer_bytes();
    buffer->memory = V4L2_MEMORY_MMAP;
    buffer->field = V4L2_FIELD_NONE;
    buffer->sequence = sequence++;
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC | V4L2_BUF_FLAG_DONE;
    buffer->timestamp.tv_sec = due.tv_sec;
    buffer->timestamp.tv_usec = due.tv_nsec / 1000;
    return 0;
}

static int query_capabilities(struct v4l2_capability *capability)
{
    memset(capability, 0, sizeof *capability);
    strcpy((char *)capability->driver, "test");
    strcpy((char *)capability->card, "Test camera");
    strcpy((char *)capability->bus_info, "platform:test");
    capability->version = 0x60100;
    capability->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    capability->capabilities = capability->device_caps | V4L2_CAP_DEVICE_CAPS;
    return 0;
}

static int enumerate_format(struct v4l2_fmtdesc *format)
{
    if (format->index > 0 || format->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
        return fail(EINVAL);
    format->pixelformat = V4L2_PIX_FMT_YUYV;
    strcpy((char *)format->description, "YUYV 4:2:2");
    return 0;
}

static int enumerate_size(struct v4l2_frmsizeenum *size)
{
    if (size->index >= SIZES || size->pixel_format != V4L2_PIX_FMT_YUYV)
        return fail(EINVAL);
    size->type = V4L2_FRMSIZE_TYPE_DISCRETE;
    size->discrete.width = sizes[size->index].width;
    size->discrete.height = sizes[size->index].height;
    return 0;
}

static int enumerate_interval(struct v4l2_frmivalenum *interval)
{
    if (interval->index >= RATES)
        return fail(EINVAL);
    interval->type = V4L2_FRMIVAL_TYPE_DISCRETE;
    interval->discrete.numerator = 1;
    interval->discrete.denominator = rates[interval->index];
    return 0;
}

static int format(struct v4l2_format *format, bool set, bool try)
{
    if (format->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
        return fail(EINVAL);
    unsigned w = width, h = height;
    if (set || try) {
        w = sizes[0].width, h = sizes[0].height;
        for (int i = 0; i < SIZES; i++)
            if (format->fmt.pix.width == sizes[i].width && format->fmt.pix.height == sizes[i].height)
                w = sizes[i].width, h = sizes[i].height;
    }
    if (set)
        width = w, height = h;
    memset(&format->fmt.pix, 0, sizeof format->fmt.pix);
    format->fmt.pix.width = w;
    format->fmt.pix.height = h;
    format->fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
    format->fmt.pix.field = V4L2_FIELD_NONE;
    format->fmt.pix.bytesperline = w * 2;
    format->fmt.pix.sizeimage = w * h * 2;
    format->fmt.pix.colorspace = V4L2_COLORSPACE_SMPTE170M;
    return 0;
}

static int parameters(struct v4l2_streamparm *parameters, bool set)
{
    struct v4l2_fract *interval = &parameters->parm.capture.timeperframe;
    if (set && interval->numerator && interval->denominator / interval->numerator <= 15)
        rate = 15;
    else if (set)
        rate = 30;
    parameters->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
    interval->numerator = 1;
    interval->denominator = rate;
    return 0;
}

static int request_buffers(int file, struct v4l2_requestbuffers *request)
{
    if (request->memory != V4L2_MEMORY_MMAP)
        return fail(EINVAL);
    release_buffers();
    request->count = request->count < MOST_BUFFERS ? request->count : MOST_BUFFERS;
    request->capabilities = V4L2_BUF_CAP_SUPPORTS_MMAP;
    if (request->count == 0)
        return 0;
    size_t bytes = request->count * buffer_bytes();
    if (ftruncate(file, bytes) < 0)
        return -1;
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED)
        return -1;
    mapped = memory;
    buffers = request->count;
    owner = handle_of(file);
    return 0;
}

static int query_buffer(struct v4l2_buffer *buffer)
{
    if (buffer->index >= buffers)
        return fail(EINVAL);
    buffer->length = buffer_bytes();
    buffer->m.offset = buffer->index * buffer_bytes();
    buffer->memory = V4L2_MEMORY_MMAP;
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    return 0;
}

static int enqueue(struct v4l2_buffer *buffer)
{
    if (buffer->index >= buffers || queued_count == MOST_BUFFERS)
        return fail(EINVAL);
    queue[(queued_first + queued_count++) % MOST_BUFFERS] = buffer->index;
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC | V4L2_BUF_FLAG_QUEUED;
    return 0;
}

static int control(int file, unsigned request, void *argument)
{
    ino_t handle = handle_of(file);
    if (request == (unsigned)VIDIOC_QUERYCAP && !behaviour())
        return fail(ENODEV);
    if (owner && owner != handle && (request == (unsigned)VIDIOC_S_FMT || request == (unsigned)VIDIOC_S_PARM || request == (unsigned)VIDIOC_REQBUFS))
        return fail(EBUSY);
    if (owner != handle && (request == (unsigned)VIDIOC_QBUF || request == (unsigned)VIDIOC_DQBUF || request == (unsigned)VIDIOC_STREAMON))
        return fail(EINVAL);
    if (owner != handle && request == (unsigned)VIDIOC_STREAMOFF)
        return 0;
    switch (request) {
    case (unsigned)VIDIOC_QUERYCAP: return query_capabilities(argument);
    case (unsigned)VIDIOC_ENUM_FMT: return enumerate_format(argument);
    case (unsigned)VIDIOC_ENUM_FRAMESIZES: return enumerate_size(argument);
    case (unsigned)VIDIOC_ENUM_FRAMEINTERVALS: return enumerate_interval(argument);
    case (unsigned)VIDIOC_G_FMT: return format(argument, false, false);
    case (unsigned)VIDIOC_S_FMT: return format(argument, true, false);
    case (unsigned)VIDIOC_TRY_FMT: return format(argument, false, true);
    case (unsigned)VIDIOC_G_PARM: return parameters(argument, false);
    case (unsigned)VIDIOC_S_PARM: return parameters(argument, true);
    case (unsigned)VIDIOC_REQBUFS: return request_buffers(file, argument);
    case (unsigned)VIDIOC_QUERYBUF: return query_buffer(argument);
    case (unsigned)VIDIOC_QBUF: return enqueue(argument);
    case (unsigned)VIDIOC_DQBUF: return dequeue(file, argument);
    case (unsigned)VIDIOC_STREAMOFF: queued_count = 0; return 0;
    case (unsigned)VIDIOC_STREAMON: clock_gettime(CLOCK_MONOTONIC, &due); return 0;
    case (unsigned)VIDIOC_G_INPUT: *(int *)argument = 0; return 0;
    case (unsigned)VIDIOC_S_INPUT: return 0;
    case (unsigned)VIDIOC_ENUMINPUT: {
        struct v4l2_input *input = argument;
        if (input->index > 0)
            return fail(EINVAL);
        memset(input, 0, sizeof *input);
        strcpy((char *)input->name, "Test");
        input->type = V4L2_INPUT_TYPE_CAMERA;
        return 0;
    }
    default: return fail(ENOTTY);
    }
}

int ioctl(int file, unsigned long request, ...)
{
    static int (*function)(int, unsigned long, void *);
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (handle_of(file))
        return control(file, (unsigned)request, argument);
    if (!function)
        function = next_symbol("ioctl");
    return function(file, request, argument);
}

/* OpenCV waits so, for one handle. */
int select(int count, fd_set *reading, fd_set *writing, fd_set *failing, struct timeval *timeout)
{
    static int (*function)(int, fd_set *, fd_set *, fd_set *, struct timeval *);
    if (!function)
        function = next_symbol("select");
    if (count > 0 && reading && FD_ISSET(count - 1, reading) && handle_of(count - 1)) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        if (timeout) {
            until.tv_nsec += timeout->tv_usec * 1000;
            until.tv_sec += timeout->tv_sec + until.tv_nsec / 1000000000;
            until.tv_nsec %= 1000000000;
        }
        /* A handle without buffers is "ready" at once, for the error that it then gets. */
        bool is_there = handle_of(count - 1) != owner || wait_for_frame(timeout ? &until : NULL);
        FD_ZERO(reading);
        if (is_there)
            FD_SET(count - 1, reading);
        return is_there;
    }
    return function(count, reading, writing, failing, timeout);
}
