/* System calls that few programs need and many exploits used. */
#include "probe.h"
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/swap.h>
#include <sys/time.h>
#if defined(__x86_64__)
#include <sys/io.h>
#endif

static int load_bpf(void) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = attributes.value_size = 4;
  attributes.max_entries = 1;
  return syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes) == -1 ? -1 : 0;
}

static int count_events(int exclude_kernel) {
  struct perf_event_attr event = {.type = PERF_TYPE_SOFTWARE, .size = sizeof event, .config = PERF_COUNT_SW_CPU_CLOCK};
  event.exclude_kernel = exclude_kernel;
  return syscall(SYS_perf_event_open, &event, 0, -1, -1, 0) == -1 ? -1 : 0;
}

static int own_events(void) { return count_events(1); }
static int kernel_events(void) { return count_events(0); }

static int fault_handler(void) { return syscall(SYS_userfaultfd, O_CLOEXEC) == -1 ? -1 : 0; }
static int own_fault_handler(void) { return syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* UFFD_USER_MODE_ONLY */) == -1 ? -1 : 0; }

static int io_ring(void) {
  char parameters[256] = {0};
  return syscall(SYS_io_uring_setup, 1, parameters) == -1 ? -1 : 0;
}

static int without_randomization(void) { return personality(ADDR_NO_RANDOMIZE) == -1 ? -1 : 0; }

/* Puts a line end into the input of a terminal. */
static int type_ahead(void) {
  for (int file = 0; file < 3; file++)
    if (isatty(file)) return ioctl(file, TIOCSTI, "\n");
  errno = ENOTTY;
  return -1;
}

static int take_terminal(void) {
  for (int file = 0; file < 3; file++)
    if (isatty(file)) return setsid() == -1 ? -1 : ioctl(file, TIOCSCTTY, 1);
  errno = ENOTTY;
  return -1;
}

static int priority(void) { return setpriority(PRIO_PROCESS, 0, -1); }

static int more_files(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_max++;
  return setrlimit(RLIMIT_NOFILE, &limit);
}

static int change_owner(void) {
  int file = open("/tmp/probe-owned", O_CREAT | O_CLOEXEC | O_WRONLY, 0600);
  if (file == -1) return -1;
  unlink("/tmp/probe-owned");
  return fchown(file, getuid() + 1, getgid());
}

static int become_other(void) { return setresuid(getuid() + 1, getuid() + 1, getuid() + 1); }

static int watch_files(void) { return fanotify_init(FAN_CLASS_CONTENT, O_RDONLY) == -1 ? -1 : 0; }

void ask_kernel(void) {
  try_it("kernel.bpf", load_bpf);
  try_it("kernel.perf_event_open", own_events);
  try_it("kernel.perf_event_open of the kernel", kernel_events);
  try_it("kernel.userfaultfd", fault_handler);
  try_it("kernel.userfaultfd of user mode", own_fault_handler);
  try_it("kernel.io_uring_setup", io_ring);
  try_it("kernel.fanotify_init", watch_files);
  reaches("kernel.kexec_load", syscall(SYS_kexec_load, 0UL, 17UL, NULL, 0UL), EINVAL);
  reaches("kernel.init_module", syscall(SYS_init_module, NULL, 0UL, ""), EFAULT);
  reaches("kernel.finit_module", syscall(SYS_finit_module, -1, "", 0), EBADF);
  reaches("kernel.delete_module", syscall(SYS_delete_module, "no such module", O_NONBLOCK), ENOENT);
  reaches("kernel.reboot", syscall(SYS_reboot, 0xfee1dead, 672274793, 0x12345, NULL), EINVAL);
  reaches("kernel.swapon", swapon("/probe/config", 0), EINVAL);
  allowed("kernel.syslog", klogctl(10 /* size of the buffer */, NULL, 0));
#if defined(__x86_64__)
  allowed("kernel.ioperm", ioperm(0x80, 1, 1));
#else
  answer("kernel.ioperm", "no (ENOSYS)");
#endif
  try_it("kernel.personality without randomization", without_randomization);
  try_it("kernel.TIOCSTI", type_ahead);
  try_it("kernel.taking the terminal", take_terminal);
  try_it("kernel.higher priority", priority);
  try_it("kernel.raising a hard limit", more_files);
  try_it("kernel.chown to another user", change_owner);
  try_it("kernel.setuid to another user", become_other);
}
