/* Stands before the C library's calls on files (LD_PRELOAD) and lets one of them fail, or write less than it was given.
 *
 * Only files count whose path contains $TGS_FAULT_UNDER. A program controls it by calls on paths that do not exist:
 *
 *     unlink("/tgs-fault/arm N ERRNO STICKY CUT KINDS")
 *         the N-th call from now on fails with ERRNO, with STICKY 1 the later ones too; with CUT 1 a write writes half
 *         of what it was given first; KINDS is a list like ",open,write,": only these count; "," stands for all
 *     unlink("/tgs-fault/disarm")
 *         no call fails any more
 *     readlink("/tgs-fault/fired")
 *         what has failed first: the name of the call and the file's; ENOENT if nothing has
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_FILES = 4096 };

static struct {
    bool armed, sticky, cut;
    long calls, n;
    int error;
    char kinds[256];
    char fired[512];
} fault;

/* The path of each open descriptor that counts. */
static char *paths[MOST_FILES];

#define REAL(result, name, ...)                                                                                        \
    static result (*real)(__VA_ARGS__);                                                                                \
    if (!real)                                                                                                         \
        *(void **)&real = dlsym(RTLD_NEXT, name)

static bool counts(const char *path)
{
    const char *under = getenv("TGS_FAULT_UNDER");
    /* Where no file can be opened, this one cannot either. */
    if (fault.armed && fault.error == EMFILE && path && strcmp(path, "/dev/null") == 0)
        return true;
    return under && path && strstr(path, under);
}

static const char *path_of(int fd)
{
    return fd >= 0 && fd < MOST_FILES ? paths[fd] : NULL;
}

static void opened(int fd, const char *path)
{
    if (fd >= 0 && fd < MOST_FILES) {
        free(paths[fd]);
        paths[fd] = counts(path) ? strdup(path) : NULL;
    }
}

/* Whether this call, on a path that counts, fails. */
static bool fails(const char *call, const char *path)
{
    char word[64];
    if (!fault.armed || !path)
        return false;
    snprintf(word, sizeof word, ",%s,", call);
    if (fault.kinds[1] && !strstr(fault.kinds, word))
        return false;
    fault.calls++;
    if (fault.calls != fault.n && !(fault.sticky && fault.calls > fault.n))
        return false;
    if (!fault.fired[0]) {
        const char *name = strrchr(path, '/');
        snprintf(fault.fired, sizeof fault.fired, "%s %s", call, name ? name + 1 : path);
    }
    errno = fault.error;
    return true;
}

/* Whether the path is a command to this library. */
static bool control(const char *path, int *result)
{
    int sticky = 0, cut = 0;
    if (!path || strncmp(path, "/tgs-fault/", 11) != 0)
        return false;
    *result = 0;
    fault.armed = false;
    if (strncmp(path + 11, "arm ", 4) == 0) {
        memset(&fault, 0, sizeof fault);
        if (sscanf(path + 15, "%ld %d %d %d %255s", &fault.n, &fault.error, &sticky, &cut, fault.kinds) != 5)
            abort();
        fault.sticky = sticky;
        fault.cut = cut;
        fault.armed = true;
    }
    return true;
}

int unlink(const char *path)
{
    int result;
    REAL(int, "unlink", const char *);
    if (control(path, &result))
        return result;
    return fails("unlink", counts(path) ? path : NULL) ? -1 : real(path);
}

ssize_t readlink(const char *path, char *buffer, size_t size)
{
    REAL(ssize_t, "readlink", const char *, char *, size_t);
    if (strcmp(path, "/tgs-fault/fired") != 0)
        return real(path, buffer, size);
    if (!fault.fired[0]) {
        errno = ENOENT;
        return -1;
    }
    size_t len = strlen(fault.fired) < size ? strlen(fault.fired) : size;
    memcpy(buffer, fault.fired, len);
    return (ssize_t)len;
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        REAL(int, #name, const char *, int, ...);                                                                      \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        int mode = (flags & (O_CREAT | __O_TMPFILE)) ? va_arg(more, int) : 0;                                          \
        va_end(more);                                                                                                  \
        if (fails("open", counts(path) ? path : NULL))                                                                 \
            return -1;                                                                                                 \
        int fd = real(path, flags, mode);                                                                              \
        opened(fd, path);                                                                                              \
        return fd;                                                                                                     \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                                                   \
    int name(int folder, const char *path, int flags, ...)                                                             \
    {                                                                                                                  \
        REAL(int, #name, int, const char *, int, ...);                                                                 \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        int mode = (flags & (O_CREAT | __O_TMPFILE)) ? va_arg(more, int) : 0;                                          \
        va_end(more);                                                                                                  \
        if (fails("open", counts(path) ? path : NULL))                                                                 \
            return -1;                                                                                                 \
        int fd = real(folder, path, flags, mode);                                                                      \
        opened(fd, path);                                                                                              \
        return fd;                                                                                                     \
    }
OPENAT(openat)
OPENAT(openat64)

/* Linux closes the descriptor although it answers with an error. */
int close(int fd)
{
    REAL(int, "close", int);
    bool failed = fails("close", path_of(fd));
    int error = errno;
    if (path_of(fd)) {
        free(paths[fd]);
        paths[fd] = NULL;
    }
    int result = real(fd);
    if (failed)
        errno = error;
    return failed ? -1 : result;
}

#define READ(name, parameters, arguments, type)                                                                        \
    ssize_t name parameters                                                                                            \
    {                                                                                                                  \
        REAL(ssize_t, #name, type);                                                                                    \
        return fails("read", path_of(fd)) ? -1 : real arguments;                                                       \
    }
#define COMMA ,
READ(read, (int fd, void *bytes, size_t len), (fd, bytes, len), int COMMA void * COMMA size_t)
READ(pread, (int fd, void *bytes, size_t len, off_t at), (fd, bytes, len, at), int COMMA void * COMMA size_t COMMA off_t)
READ(pread64, (int fd, void *bytes, size_t len, off64_t at), (fd, bytes, len, at),
     int COMMA void * COMMA size_t COMMA off64_t)

/* A write that is cut writes half of it, and the next one fails as a whole. */
#define WRITE(name, parameters, arguments, type)                                                                       \
    ssize_t name parameters                                                                                            \
    {                                                                                                                  \
        REAL(ssize_t, #name, type);                                                                                    \
        if (!fails("write", path_of(fd)))                                                                              \
            return real arguments;                                                                                     \
        if (!fault.cut || len < 2)                                                                                     \
            return -1;                                                                                                 \
        fault.cut = false;                                                                                             \
        fault.n = fault.sticky ? fault.n : fault.calls + 1;                                                            \
        len /= 2;                                                                                                      \
        return real arguments;                                                                                         \
    }
WRITE(write, (int fd, const void *bytes, size_t len), (fd, bytes, len), int COMMA const void * COMMA size_t)
WRITE(pwrite, (int fd, const void *bytes, size_t len, off_t at), (fd, bytes, len, at),
      int COMMA const void * COMMA size_t COMMA off_t)
WRITE(pwrite64, (int fd, const void *bytes, size_t len, off64_t at), (fd, bytes, len, at),
      int COMMA const void * COMMA size_t COMMA off64_t)

#define ON_FD(name, kind, parameters, arguments, type)                                                                 \
    int name parameters                                                                                                \
    {                                                                                                                  \
        REAL(int, #name, type);                                                                                        \
        return fails(kind, path_of(fd)) ? -1 : real arguments;                                                         \
    }
ON_FD(fsync, "sync", (int fd), (fd), int)
ON_FD(fdatasync, "sync", (int fd), (fd), int)
ON_FD(ftruncate, "truncate", (int fd, off_t len), (fd, len), int COMMA off_t)
ON_FD(ftruncate64, "truncate", (int fd, off64_t len), (fd, len), int COMMA off64_t)
ON_FD(fchmod, "chmod", (int fd, mode_t mode), (fd, mode), int COMMA mode_t)
ON_FD(posix_fallocate, "truncate", (int fd, off_t at, off_t len), (fd, at, len), int COMMA off_t COMMA off_t)

/* Only locks fail. */
#define FCNTL(name)                                                                                                    \
    int name(int fd, int command, ...)                                                                                 \
    {                                                                                                                  \
        REAL(int, #name, int, int, ...);                                                                               \
        va_list more;                                                                                                  \
        va_start(more, command);                                                                                       \
        void *argument = va_arg(more, void *);                                                                         \
        va_end(more);                                                                                                  \
        if (command == F_SETLK || command == F_SETLKW) {                                                               \
            bool unlocks = ((struct flock *)argument)->l_type == F_UNLCK;                                              \
            if (fails(unlocks ? "unlock" : "lock", path_of(fd)))                                                       \
                return -1;                                                                                             \
        }                                                                                                              \
        return real(fd, command, argument);                                                                            \
    }
FCNTL(fcntl)
FCNTL(fcntl64)

int rename(const char *from, const char *to)
{
    REAL(int, "rename", const char *, const char *);
    return fails("rename", counts(to) ? to : NULL) ? -1 : real(from, to);
}

int link(const char *from, const char *to)
{
    REAL(int, "link", const char *, const char *);
    return fails("rename", counts(to) ? to : NULL) ? -1 : real(from, to);
}

int rmdir(const char *path)
{
    REAL(int, "rmdir", const char *);
    return fails("unlink", counts(path) ? path : NULL) ? -1 : real(path);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, "mkdir", const char *, mode_t);
    return fails("open", counts(path) ? path : NULL) ? -1 : real(path, mode);
}

#define MMAP(name, offset)                                                                                             \
    void *name(void *at, size_t len, int protection, int flags, int fd, offset from)                                   \
    {                                                                                                                  \
        REAL(void *, #name, void *, size_t, int, int, int, offset);                                                    \
        return fails("map", path_of(fd)) ? MAP_FAILED : real(at, len, protection, flags, fd, from);                    \
    }
MMAP(mmap, off_t)
MMAP(mmap64, off64_t)
