/* Other processes: which are visible, what they disclose, and what can be done to them. */
#include "probe.h"
#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

enum { own_at_most = 40 };

static int is_process(const char *name) { return isdigit((unsigned char)name[0]); }

/* Applies a look to each process; the number of those for which it is true. */
static int count_where(int (*look)(const char *process)) {
  DIR *dir = opendir("/proc");
  if (!dir) return -1;
  int count = 0;
  for (struct dirent *entry; (entry = readdir(dir));)
    if (is_process(entry->d_name)) count += look(entry->d_name);
  closedir(dir);
  return count;
}

static int any(const char *process) { return process != NULL; }

static int file_of(const char *process, const char *file) {
  char path[256];
  snprintf(path, sizeof path, "/proc/%s/%s", process, file);
  return holds(path, "marker");
}

static int shows_command(const char *process) { return file_of(process, "cmdline"); }
static int shows_environment(const char *process) { return file_of(process, "environ"); }

static int leads_to_host(const char *process, const char *link) {
  char path[4096];
  snprintf(path, sizeof path, "/proc/%s/%s/%s", process, link, known("file"));
  return holds(path, "marker");
}

static int root_leads_out(const char *process) { return leads_to_host(process, "root"); }

/* The directory of a process, and up from there to the root. */
static int cwd_leads_out(const char *process) { return leads_to_host(process, "cwd/../../../../../../../../../.."); }

static void visible(const char *name, int (*look)(const char *)) { answer(name, count_where(look) > 0 ? "yes" : "no"); }

static int seize_first(void) { return ptrace(PTRACE_SEIZE, 1, 0, 0) == -1 ? -1 : 0; }
static int seize_parent(void) { return ptrace(PTRACE_SEIZE, getppid(), 0, 0) == -1 ? -1 : 0; }

static int read_first(void) {
  char byte;
  struct iovec here = {&byte, 1}, there = {(void *)0x1, 1};
  ssize_t result = process_vm_readv(1, &here, 1, &there, 1, 0);
  return result == -1 && errno != EFAULT ? -1 : 0; /* EFAULT: permitted, and no such address */
}

static int take_descriptor(void) {
  int process = syscall(SYS_pidfd_open, 1, 0);
  if (process == -1) return -1;
  return syscall(SYS_pidfd_getfd, process, 0, 0) == -1 && errno != EBADF ? -1 : 0;
}

static int signal_host(void) { return kill(atoi(known("pid")), 0); }

static int open_of_first(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  return file == -1 ? -1 : 0;
}

/* Whoever can write there is process 1, without the filter where that has none. */
static int first_memory(void) {
  int file = open("/proc/1/mem", O_RDWR | O_CLOEXEC);
  if (file != -1) close(file);
  return file == -1 ? -1 : 0;
}

static int first_root(void) { return open_of_first("/proc/1/root/"); }

static int first_environment(void) {
  char byte;
  int file = open("/proc/1/environ", O_RDONLY | O_CLOEXEC);
  return file == -1 || read(file, &byte, 1) == -1 ? -1 : 0;
}

int host_through_processes(void) { return count_where(root_leads_out) > 0 || count_where(cwd_leads_out) > 0; }
int host_processes_visible(void) { return count_where(shows_command) > 0; }

void ask_processes(void) {
  int count = count_where(any);
  answer("processes.visible", count == -1 ? "none" : count > own_at_most ? "those of the host" : "its own");
  visible("processes.command line of a process of the host", shows_command);
  visible("processes.environment of a process of the host", shows_environment);
  visible("processes.files of the host through /proc/PID/root", root_leads_out);
  visible("processes.files of the host through /proc/PID/cwd", cwd_leads_out);
  try_it("processes.root of process 1", first_root);
  try_it("processes.environment of process 1", first_environment);
  try_it("processes.ptrace of process 1", seize_first);
  try_it("processes.ptrace of another process of its own", seize_parent);
  try_it("processes.memory of process 1", read_first);
  try_it("processes.opening /proc/1/mem to write", first_memory);
  try_it("processes.file descriptors of process 1", take_descriptor);
  try_it("processes.signal to a process of the host", signal_host);
}
