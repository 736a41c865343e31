/* Mounts and namespaces. Each attempt is made in a child process; a mount that succeeds is taken away again. */
#include "probe.h"
#include <sched.h>
#include <sys/mount.h>

static int mount_memory(void) {
  if (mount("probe", "/tmp", "tmpfs", 0, NULL) == -1) return -1;
  umount2("/tmp", MNT_DETACH);
  return 0;
}

static int bind_mount(void) {
  if (mount("/probe", "/tmp", NULL, MS_BIND, NULL) == -1) return -1;
  umount2("/tmp", MNT_DETACH);
  return 0;
}

static int remount_root(void) {
  int changed = mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL);
  return changed == -1 ? -1 : 0;
}

/* An expired mount must be asked for twice: nothing is unmounted by this. */
static int unmount(void) { return umount2("/proc", MNT_EXPIRE) == -1 && errno != EAGAIN && errno != EBUSY ? -1 : 0; }

static int open_file_system(void) { return syscall(SYS_fsopen, "tmpfs", 0) == -1 ? -1 : 0; }
static int copy_mount(void) { return syscall(SYS_open_tree, AT_FDCWD, "/", 1 /* OPEN_TREE_CLONE */) == -1 ? -1 : 0; }
static int pivot(void) { return syscall(SYS_pivot_root, "/", "/") == -1 && errno != EBUSY && errno != EINVAL ? -1 : 0; }

static int new_user(void) { return unshare(CLONE_NEWUSER); }
static int new_mount(void) { return unshare(CLONE_NEWNS); }
static int new_network(void) { return unshare(CLONE_NEWNET); }
static int new_processes(void) { return unshare(CLONE_NEWPID); }
static int new_ipc(void) { return unshare(CLONE_NEWIPC); }
static int new_host_name(void) { return unshare(CLONE_NEWUTS); }
static int new_cgroup(void) { return unshare(CLONE_NEWCGROUP); }
static int new_time(void) { return unshare(CLONE_NEWTIME); }

static int user_and_mount(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1) return -1;
  return mount_memory();
}

static int user_and_chroot(void) {
  if (unshare(CLONE_NEWUSER) == -1) return -1;
  return chroot("/tmp");
}

static int enter(const char *path, int kind) {
  int space = open(path, O_RDONLY | O_CLOEXEC);
  return space == -1 ? -1 : setns(space, kind);
}

static int enter_mount(void) { return enter("/proc/1/ns/mnt", CLONE_NEWNS); }
static int enter_user(void) { return enter("/proc/1/ns/user", CLONE_NEWUSER); }
static int enter_network(void) { return enter("/proc/1/ns/net", CLONE_NEWNET); }

static int clone_user(void) {
  long child = syscall(SYS_clone, CLONE_NEWUSER | 17 /* SIGCHLD */, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  return child == -1 ? -1 : 0;
}

static int name_host(void) {
  char name[256];
  return gethostname(name, sizeof name) == -1 ? -1 : sethostname(name, strlen(name));
}

void ask_namespaces(void) {
  try_it("namespaces.mount of a tmpfs", mount_memory);
  try_it("namespaces.bind mount", bind_mount);
  try_it("namespaces.remount of /", remount_root);
  try_it("namespaces.umount", unmount);
  try_it("namespaces.fsopen", open_file_system);
  try_it("namespaces.open_tree", copy_mount);
  try_it("namespaces.pivot_root", pivot);
  try_it("namespaces.unshare user", new_user);
  try_it("namespaces.clone with a new user namespace", clone_user);
  try_it("namespaces.unshare mount", new_mount);
  try_it("namespaces.unshare network", new_network);
  try_it("namespaces.unshare pid", new_processes);
  try_it("namespaces.unshare ipc", new_ipc);
  try_it("namespaces.unshare uts", new_host_name);
  try_it("namespaces.unshare cgroup", new_cgroup);
  try_it("namespaces.unshare time", new_time);
  try_it("namespaces.mount in a new user namespace", user_and_mount);
  try_it("namespaces.chroot in a new user namespace", user_and_chroot);
  try_it("namespaces.setns mount of process 1", enter_mount);
  try_it("namespaces.setns user of process 1", enter_user);
  try_it("namespaces.setns network of process 1", enter_network);
  try_it("namespaces.sethostname", name_host);
}
