/* Stands before the C library's allocator (LD_PRELOAD) and lets one allocation fail. A program arms it:
 *
 *     unlink("/tgs-malloc/arm N SIZE")    the N-th allocation of SIZE bytes or more from now on fails
 *     unlink("/tgs-malloc/disarm")        none fails any more; ENOENT if none has failed
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static bool armed, failed;
static long n, calls;
static size_t least;

static bool fails(size_t size)
{
    if (!armed || size < least || ++calls != n)
        return false;
    failed = true;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size) { return fails(size) ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails(count * size) ? NULL : __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return fails(size) ? NULL : __libc_realloc(old, size); }

int posix_memalign(void **place, size_t alignment, size_t size)
{
    if (fails(size))
        return ENOMEM;
    *place = __libc_memalign(alignment, size);
    return *place ? 0 : ENOMEM;
}

int unlink(const char *path)
{
    if (strncmp(path, "/tgs-malloc/arm ", 16) == 0) {
        calls = 0;
        failed = false;
        if (sscanf(path + 16, "%ld %zu", &n, &least) != 2)
            abort();
        armed = true;
        return 0;
    }
    if (strcmp(path, "/tgs-malloc/disarm") == 0) {
        armed = false;
        errno = ENOENT;
        return failed ? 0 : -1;
    }
    return unlinkat(-100, path, 0); /* AT_FDCWD */
}
