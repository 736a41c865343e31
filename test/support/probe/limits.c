/* How much a process may take, and what of the host's IPC it shares. */
#include "probe.h"
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

enum { asked_processes = 4500, stack_bytes = 2048 };

static int wait_for_ever(void *unused) {
  (void)unused;
  for (;;) syscall(SYS_ppoll, NULL, 0, NULL, NULL, 8);
  return 0;
}

/* Processes that share the memory of this one: as many as this are made within a fraction of a second. */
static void ask_processes_limit(void) {
  static pid_t made[asked_processes];
  char *stacks = malloc((size_t)asked_processes * stack_bytes);
  int count = 0;
  while (count < asked_processes) {
    made[count] = clone(wait_for_ever, stacks + (size_t)(count + 1) * stack_bytes, CLONE_VM | CLONE_FILES | SIGCHLD, NULL);
    if (made[count] == -1) break;
    count++;
  }
  for (int each = 0; each < count; each++) kill(made[each], SIGKILL);
  while (wait(NULL) != -1 || errno == EINTR) {}
  free(stacks);
  answer("limits.processes", count == asked_processes ? "%d and more" : "fewer than %d", asked_processes);
}

static void ask_size(const char *name, const char *path) {
  struct statvfs status;
  if (statvfs(path, &status) == -1) answer(name, "absent");
  else answer(name, "%llu", (unsigned long long)status.f_blocks * status.f_frsize);
}

static void ask_resource(const char *name, int resource) {
  struct rlimit limit;
  getrlimit(resource, &limit);
  if (limit.rlim_cur == RLIM_INFINITY) answer(name, "unlimited");
  else answer(name, "%llu", (unsigned long long)limit.rlim_cur);
}

static int memory_key(void) { return (int)strtol(known("ipc"), NULL, 10); }

static int shared_memory(void) { return shmget(memory_key(), 0, 0) == -1 ? -1 : 0; }

static int queue(void) {
  char name[256];
  snprintf(name, sizeof name, "/%s", known("marker"));
  return mq_open(name, O_RDONLY) == (mqd_t)-1 ? -1 : 0;
}

static int shared_file(void) {
  char path[512];
  snprintf(path, sizeof path, "/dev/shm/%s", known("marker"));
  return access(path, F_OK);
}

static int temporary_file(void) {
  char path[512];
  snprintf(path, sizeof path, "/tmp/%s", known("marker"));
  return access(path, F_OK);
}

void ask_limits(void) {
  ask_processes_limit();
  ask_resource("limits.RLIMIT_NPROC", RLIMIT_NPROC);
  ask_resource("limits.RLIMIT_NOFILE", RLIMIT_NOFILE);
  ask_resource("limits.RLIMIT_MEMLOCK", RLIMIT_MEMLOCK);
  ask_resource("limits.RLIMIT_CORE", RLIMIT_CORE);
  ask_size("limits.size of /tmp", "/tmp");
  ask_size("limits.size of /dev/shm", "/dev/shm");
  try_it("ipc.host's shared memory (System V)", shared_memory);
  try_it("ipc.host's message queue (POSIX)", queue);
  try_it("ipc.host's file in /dev/shm", shared_file);
  try_it("ipc.host's file in /tmp", temporary_file);
}

/* On the host: what the questions above look for. */
int make_ipc(int remove_it) {
  char name[256];
  snprintf(name, sizeof name, "/%s", known("marker"));
  umask(0);
  int memory = shmget(memory_key(), 4096, remove_it ? 0 : IPC_CREAT | 0666);
  if (remove_it) {
    mq_unlink(name);
    return memory == -1 ? 1 : shmctl(memory, IPC_RMID, NULL) != 0;
  }
  mqd_t made = mq_open(name, O_CREAT | O_RDWR, 0666, NULL);
  return memory == -1 || made == (mqd_t)-1 ? perror("ipc"), 1 : 0;
}
