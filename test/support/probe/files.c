/* Files and devices: what can be written, what is shown of the host, which doors lead out of the root. */
#include "probe.h"
#include <dirent.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

static const char *const places[] = {"/", "/bin", "/cnb", "/dev", "/etc", "/home/cnb", "/layers", "/layers/test_probe",
                                     "/platform", "/probe", "/proc", "/sys", "/tmp", "/var", "/workspace"};

static int writable(const char *place) {
  char path[256];
  snprintf(path, sizeof path, "%s/.probe-%d", place, getpid());
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file == -1) return 0;
  close(file);
  unlink(path);
  return 1;
}

static void ask_places(void) {
  char text[512] = "";
  for (size_t each = 0; each < SIZE(places); each++)
    if (writable(places[each])) snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", *text ? " " : "", places[each]);
  answer("files.writable directories", "%s", *text ? text : "none");
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* Names in a directory for which a test holds, sorted. */
static void list(const char *question, const char *dir, int (*test)(const char *path)) {
  char *names[512], text[2048] = "", path[512];
  size_t count = 0;
  DIR *opened = opendir(dir);
  if (opened) {
    for (struct dirent *entry; count < SIZE(names) && (entry = readdir(opened));) names[count++] = strdup(entry->d_name);
    closedir(opened);
  }
  qsort(names, count, sizeof *names, by_name);
  for (size_t each = 0; each < count; each++) {
    snprintf(path, sizeof path, "%s/%s", dir, names[each]);
    if (test(path)) snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", *text ? " " : "", names[each]);
  }
  answer(question, "%s", *text ? text : "none");
}

static int opens_as_device(const char *path) {
  struct stat status;
  if (lstat(path, &status) == -1 || !(S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))) return 0;
  int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (file == -1 && errno != ENXIO) return 0; /* ENXIO: /dev/tty without a terminal */
  if (file != -1) close(file);
  return 1;
}

/* A node that can be made and opened; it is removed at once. */
static int make_node(mode_t kind, dev_t device) {
  static const char *const where[] = {"/tmp/probe-node", "/dev/probe-node", "/layers/probe-node", "/workspace/probe-node"};
  int error = EPERM;
  for (size_t each = 0; each < SIZE(where); each++) {
    if (mknod(where[each], kind | 0666, device) == -1) continue;
    int file = open(where[each], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    error = errno;
    unlink(where[each]);
    if (file != -1) return 0;
  }
  errno = error;
  return -1;
}

static dev_t root_device(void) {
  struct stat status;
  return stat("/probe", &status) == -1 ? makedev(254, 0) : status.st_dev;
}

static int make_character(void) { return make_node(S_IFCHR, makedev(1, 3)); }
static int make_memory(void) { return make_node(S_IFCHR, makedev(1, 1)); }
static int make_block(void) { return make_node(S_IFBLK, root_device()); }

/* Nodes that the image brings. */
static int open_node(const char *path) {
  int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file != -1) close(file);
  return file == -1 ? -1 : 0;
}

static int character_of_image(void) { return open_node("/probe/null"); }
static int disk_of_image(void) { return open_node("/probe/disk"); }

static int by_handle(void) {
  struct { struct file_handle head; char bytes[MAX_HANDLE_SZ]; } handle = {.head = {.handle_bytes = MAX_HANDLE_SZ}};
  int mount;
  if (name_to_handle_at(AT_FDCWD, "/tmp", &handle.head, &mount, 0) == -1) return -1;
  int place = open("/tmp", O_RDONLY | O_DIRECTORY);
  return open_by_handle_at(place, &handle.head, O_RDONLY) == -1 ? -1 : 0;
}

/* The way out of a chroot that is not the root of its mount namespace (chroot(2), NOTES). */
static int leave_root(void) {
  struct stat before, after;
  int root = open("/", O_RDONLY | O_DIRECTORY);
  if (root == -1 || fstat(root, &before) == -1) return -1;
  int entered = chroot("/probe");
  if (entered == 0) entered = fchdir(root);
  for (int step = 0; entered == 0 && step < 64; step++) entered = chdir("..");
  if (entered == 0) entered = chroot(".");
  if (entered == -1 || stat(".", &after) == -1) return -1;
  if (before.st_dev == after.st_dev && before.st_ino == after.st_ino) return errno = EXDEV, -1;
  return 0;
}

static int found(int is_there) { return is_there ? 0 : (errno = ENOENT, -1); }

static int leave_and_read(void) {
  return found(leave_root() == 0 && (holds(known("file"), "marker") || host_through_processes()));
}

static int leave_and_list(void) { return found(leave_root() == 0 && host_processes_visible()); }

static void ask_root(void) {
  pid_t child = fork();
  if (child == 0) _exit(leave_root() == 0 ? 0 : errno);
  int status = 0;
  waitpid(child, &status, 0);
  int error = WEXITSTATUS(status);
  answer("files.leaving the root by chroot", error == 0 ? "yes" : error == EXDEV ? "no, back at the same root" : "no (%s)",
         strerrorname_np(error));
  try_it("files.host's file behind the root", leave_and_read);
  try_it("files.host's processes behind the root", leave_and_list);
}

static int host_file(void) { return found(holds(known("file"), "marker")); }

static int write_by(const char *path) {
  int file = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
  if (file != -1) close(file);
  return file == -1 ? -1 : 0;
}

static void ask_writes(void) {
  static const char *const kernel[] = {"/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory",
                                       "/proc/sys/net/ipv4/ip_forward", "/proc/sysrq-trigger", "/proc/self/oom_score_adj",
                                       "/sys/kernel/mm/ksm/run", "/sys/power/state", "/sys/fs/cgroup/cgroup.procs"};
  char name[128];
  for (size_t each = 0; each < SIZE(kernel); each++) {
    snprintf(name, sizeof name, "files.write %s", kernel[each]);
    allowed(name, write_by(kernel[each]));
  }
}

static int read_byte(const char *path) {
  char byte;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  ssize_t length = file == -1 ? -1 : read(file, &byte, 1);
  if (file != -1) close(file);
  return length == -1 ? -1 : length == 0 ? (errno = ENODATA, -1) : 0;
}

static void ask_reads(void) {
  static const char *const kernel[] = {"/proc/kcore", "/proc/timer_list", "/proc/slabinfo", "/proc/1/maps",
                                       "/sys/kernel/notes", "/sys/firmware/acpi/tables/DSDT", "/dev/kmsg", "/dev/mem"};
  char name[128];
  for (size_t each = 0; each < SIZE(kernel); each++) {
    snprintf(name, sizeof name, "files.read %s", kernel[each]);
    allowed(name, read_byte(kernel[each]));
  }
}

void ask_files(void) {
  ask_places();
  try_it("files.host's file by its path", host_file);
  ask_root();
  answer("files.host's paths in /proc/self/mountinfo", holds("/proc/self/mountinfo", "path") ? "shown" : "hidden");
  list("files.devices that open", "/dev", opens_as_device);
  try_it("files.mknod of a character device", make_character);
  try_it("files.mknod of the memory", make_memory);
  try_it("files.mknod of the disk", make_block);
  try_it("files.character device of the image", character_of_image);
  try_it("files.disk of the image", disk_of_image);
  try_it("files.open_by_handle_at", by_handle);
  ask_reads();
  ask_writes();
}
