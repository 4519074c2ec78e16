/* Stands before the C library's calls on files (LD_PRELOAD) and records each that changes one, in the order of the calls:
 * what a loss of power could undo.
 *
 * Only files count whose path contains $TGS_FAULT_UNDER. The record is $TGS_RECORD: lines, each write followed by its bytes.
 *
 *     create INODE PATH     write INODE OFFSET LEN     truncate INODE LEN     sync INODE     gone INODE
 *     unlink PATH           rename FROM<tab>TO         link FROM<tab>TO       entry INODE PATH    sync-folder PATH
 *     note TEXT             a program asks for it: unlink("/tgs-record/TEXT")
 *
 * Before "sync-folder" is an "entry" for each file that is there: not every link is made through the C library.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { LINE = 2 * PATH_MAX + 64 };

#define REAL(result, name, ...)                                                                                        \
    static result (*real)(__VA_ARGS__);                                                                                \
    if (!real)                                                                                                         \
        *(void **)&real = dlsym(RTLD_NEXT, name)

static bool counts(const char *path)
{
    const char *under = getenv("TGS_FAULT_UNDER");
    return under && path && strstr(path, under);
}

/* Adds to the record. A record with a hole proves nothing: then the program ends. */
static void record(const void *bytes, size_t len, const char *format, ...)
{
    static int fd = -1;
    int error = errno;
    char line[LINE];
    va_list arguments;
    va_start(arguments, format);
    int line_len = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (fd < 0)
        fd = (int)syscall(SYS_openat, AT_FDCWD, getenv("TGS_RECORD"), O_WRONLY | O_APPEND | O_CLOEXEC);
    struct iovec parts[] = {{line, (size_t)line_len}, {(void *)bytes, len}};
    if (syscall(SYS_writev, fd, parts, 2) != (long)(line_len + (long)len))
        abort();
    errno = error;
}

/* The file behind a descriptor, if it counts: its inode, else 0. `path` takes its name. */
static unsigned long inode_of(int fd, char *path, struct stat *status)
{
    char link[64];
    int error = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, PATH_MAX - 1);
    path[len > 0 ? len : 0] = '\0';
    bool does = len > 0 && counts(path) && fstat(fd, status) == 0;
    errno = error;
    return does ? status->st_ino : 0;
}

static bool is_new(int folder, const char *path, int flags)
{
    struct stat status;
    int error = errno;
    bool missing = (flags & O_CREAT) && counts(path) && fstatat(folder, path, &status, AT_SYMLINK_NOFOLLOW) != 0;
    errno = error;
    return missing;
}

static void created(int fd, const char *path)
{
    char name[PATH_MAX];
    struct stat status;
    unsigned long inode = fd < 0 ? 0 : inode_of(fd, name, &status);
    if (inode)
        record(NULL, 0, "create %lu %s\n", inode, path);
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        REAL(int, #name, const char *, int, ...);                                                                      \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        int mode = (flags & (O_CREAT | __O_TMPFILE)) ? va_arg(more, int) : 0;                                          \
        va_end(more);                                                                                                  \
        bool new = is_new(AT_FDCWD, path, flags);                                                                      \
        int fd = real(path, flags, mode);                                                                              \
        if (new)                                                                                                       \
            created(fd, path);                                                                                         \
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
        bool new = is_new(folder, path, flags);                                                                        \
        int fd = real(folder, path, flags, mode);                                                                      \
        if (new)                                                                                                       \
            created(fd, path);                                                                                         \
        return fd;                                                                                                     \
    }
OPENAT(openat)
OPENAT(openat64)

/* The number of an inode without a name is free for another file now. */
int close(int fd)
{
    REAL(int, "close", int);
    char path[PATH_MAX];
    struct stat status;
    unsigned long inode = inode_of(fd, path, &status);
    int result = real(fd);
    if (inode && status.st_nlink == 0)
        record(NULL, 0, "gone %lu\n", inode);
    return result;
}

static ssize_t written(int fd, const void *bytes, ssize_t len, off_t at)
{
    char path[PATH_MAX];
    struct stat status;
    unsigned long inode = len > 0 ? inode_of(fd, path, &status) : 0;
    if (inode)
        record(bytes, (size_t)len, "write %lu %ld %zd\n", inode, (long)(at < 0 ? lseek(fd, 0, SEEK_CUR) - len : at), len);
    return len;
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    REAL(ssize_t, "write", int, const void *, size_t);
    return written(fd, bytes, real(fd, bytes, len), -1);
}

#define PWRITE(name, offset)                                                                                           \
    ssize_t name(int fd, const void *bytes, size_t len, offset at)                                                     \
    {                                                                                                                  \
        REAL(ssize_t, #name, int, const void *, size_t, offset);                                                       \
        return written(fd, bytes, real(fd, bytes, len, at), at);                                                       \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define TRUNCATE(name, offset)                                                                                         \
    int name(int fd, offset len)                                                                                       \
    {                                                                                                                  \
        REAL(int, #name, int, offset);                                                                                 \
        char path[PATH_MAX];                                                                                           \
        struct stat status;                                                                                            \
        int result = real(fd, len);                                                                                    \
        unsigned long inode = result == 0 ? inode_of(fd, path, &status) : 0;                                           \
        if (inode)                                                                                                     \
            record(NULL, 0, "truncate %lu %ld\n", inode, (long)len);                                                   \
        return result;                                                                                                 \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

static void record_entries(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder)))
        if (entry->d_type == DT_REG)
            record(NULL, 0, "entry %lu %s/%s\n", (unsigned long)entry->d_ino, path, entry->d_name);
    if (folder)
        closedir(folder);
}

static int synced(int fd, int result)
{
    char path[PATH_MAX];
    struct stat status;
    unsigned long inode = result == 0 ? inode_of(fd, path, &status) : 0;
    if (inode && S_ISDIR(status.st_mode)) {
        record_entries(path);
        record(NULL, 0, "sync-folder %s\n", path);
    } else if (inode) {
        record(NULL, 0, "sync %lu\n", inode);
    }
    return result;
}

int fsync(int fd)
{
    REAL(int, "fsync", int);
    return synced(fd, real(fd));
}

int fdatasync(int fd)
{
    REAL(int, "fdatasync", int);
    return synced(fd, real(fd));
}

int unlink(const char *path)
{
    REAL(int, "unlink", const char *);
    if (strncmp(path, "/tgs-record/", 12) == 0) {
        record(NULL, 0, "note %s\n", path + 12);
        return 0;
    }
    int result = real(path);
    if (result == 0 && counts(path))
        record(NULL, 0, "unlink %s\n", path);
    return result;
}

int rename(const char *from, const char *to)
{
    REAL(int, "rename", const char *, const char *);
    int result = real(from, to);
    if (result == 0 && counts(to))
        record(NULL, 0, "rename %s\t%s\n", from, to);
    return result;
}

int link(const char *from, const char *to)
{
    REAL(int, "link", const char *, const char *);
    int result = real(from, to);
    if (result == 0 && counts(to))
        record(NULL, 0, "link %s\t%s\n", from, to);
    return result;
}
