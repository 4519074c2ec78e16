/* Preloaded into each measured program: counts what it writes to files and how often it syncs, in the file that $BENCH_COUNTERS
 * names, which the orchestrator reads between two steps. Linux only; what is written through mmap() is not counted (-shm). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* As counters.py reads them. */
static struct counters {
    _Atomic uint64_t bytes, writes, syncs;
} nowhere, *counters = &nowhere;

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("BENCH_COUNTERS");
    const int file = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file == -1)
        return;
    void *shared = mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared != MAP_FAILED)
        counters = shared;
}

/* Answers go through pipes, and event loops wake each other through descriptors. */
static bool is_file(int descriptor)
{
    struct stat status;
    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

static ssize_t counted(int descriptor, ssize_t written)
{
    if (written > 0 && is_file(descriptor)) {
        counters->bytes += (uint64_t)written;
        counters->writes++;
    }
    return written;
}

/* Calls the function that this one stands in front of. */
#define NEXT(NAME, ...) \
    static __typeof__(NAME) *next; \
    if (next == NULL) \
        next = (__typeof__(NAME) *)dlsym(RTLD_NEXT, #NAME); \
    return __VA_ARGS__

#define COUNTED_WRITE(NAME, PARAMETERS, ...) \
    ssize_t NAME PARAMETERS { NEXT(NAME, counted(descriptor, next(__VA_ARGS__))); }

#define COUNTED_SYNC(NAME) \
    int NAME(int descriptor) \
    { \
        counters->syncs++; \
        NEXT(NAME, next(descriptor)); \
    }

COUNTED_WRITE(write, (int descriptor, const void *from, size_t size), descriptor, from, size)
COUNTED_WRITE(pwrite, (int descriptor, const void *from, size_t size, off_t at), descriptor, from, size, at)
COUNTED_WRITE(pwrite64, (int descriptor, const void *from, size_t size, off64_t at), descriptor, from, size, at)
COUNTED_WRITE(writev, (int descriptor, const struct iovec *from, int count), descriptor, from, count)
COUNTED_SYNC(fsync)
COUNTED_SYNC(fdatasync)
