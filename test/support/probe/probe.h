/* What the parts of the probe share: answers, and the questions of each topic. */
#ifndef PROBE_H
#define PROBE_H
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* Prints `probe: name=text`. */
void answer(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints `yes` if a call returned something other than -1, or `no (EPERM)` with the errno. */
void allowed(const char *name, long result);

/* Runs an attempt in a child process, which may harm itself only. It returns 0 or -1 with errno set. */
typedef int attempt(void);
void try_it(const char *name, attempt *one);

/* Prints `yes` if the call is refused only because of its invalid arguments, which the kernel checks after the permission. */
void reaches(const char *name, long result, int invalid);

/* A value of /probe/config, which the test wrote: names of things of the host that nobody inside may find. */
const char *known(const char *name);

/* Reads a file; returns its length, or -1. The buffer ends with a NUL. */
ssize_t slurp(const char *path, char *buffer, size_t size);

/* True if a file, which may contain NULs, contains a value of /probe/config. */
int holds(const char *path, const char *value);

/* True if a file of the host can be read through a link of any process in /proc. */
int host_through_processes(void);

/* True if the command line of a process of the host is in /proc. */
int host_processes_visible(void);

/* The topics. */
void ask_identity(void);
void ask_keys(void);
void ask_processes(void);
void ask_files(void);
void ask_namespaces(void);
void ask_kernel(void);
void ask_network(void);
void ask_limits(void);

/* What the test does on the host with this same program. */
int hold_keys(const char *description);
int find_key(const char *description);
int make_ipc(int remove_it);

#define SIZE(array) (sizeof(array) / sizeof *(array))
#endif
