/* Who the process is, what it may do, and what it inherited from its caller. */
#include "probe.h"
#include <dirent.h>
#include <sys/prctl.h>
#include <sys/wait.h>

extern char **environ;

static void ask_status(void) {
  static const char *const lines[] = {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp"};
  char text[8192];
  if (slurp("/proc/self/status", text, sizeof text) == -1) {
    answer("identity.status", "not readable");
    return;
  }
  for (size_t each = 0; each < SIZE(lines); each++) {
    char *found = strstr(text, lines[each]), value[64] = "absent", name[64];
    if (found) sscanf(found + strlen(lines[each]) + 1, "%63s", value);
    snprintf(name, sizeof name, "identity.%s", lines[each]);
    answer(name, "%s", value);
  }
}

static void ask_groups(void) {
  gid_t groups[64];
  int count = getgroups(SIZE(groups), groups);
  char text[512] = "";
  for (int each = 0; each < count; each++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d", each ? " " : "", groups[each]);
  answer("identity.groups", "%s", count > 0 ? text : "none");
}

/* A program of root with the setuid bit, which the image has. */
static void ask_setuid(void) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) == -1) return;
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], 1);
    execl("/probe/setuid", "setuid", "euid", NULL);
    _exit(errno);
  }
  close(ends[1]);
  char text[32] = "";
  ssize_t length = read(ends[0], text, sizeof text - 1);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (length > 0) answer("identity.effective uid of a setuid-root program", "%s", text);
  else answer("identity.effective uid of a setuid-root program", "not started (%s)", strerrorname_np(WEXITSTATUS(status)));
}

static const char *kind_of(int file) {
  struct stat status;
  if (fstat(file, &status) == -1) return "?";
  switch (status.st_mode & S_IFMT) {
    case S_IFIFO: return "pipe";
    case S_IFSOCK: return "socket";
    case S_IFDIR: return "directory";
    case S_IFREG: return "file";
    case S_IFCHR: return "device";
    default: return "other";
  }
}

static void ask_descriptors(void) {
  char text[512] = "";
  for (int file = 3; file < 1024; file++)
    if (fcntl(file, F_GETFD) != -1)
      snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d %s", *text ? ", " : "", file, kind_of(file));
  answer("identity.inherited file descriptors", "%s", *text ? text : "none");
}

static void ask_terminal(void) {
  int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  allowed("identity.controlling terminal", terminal);
  if (terminal != -1) close(terminal);
}

void ask_identity(void) {
  answer("identity.uid", "%d", getuid());
  answer("identity.gid", "%d", getgid());
  ask_groups();
  ask_status();
  answer("identity.dumpable", "%d", prctl(PR_GET_DUMPABLE));
  ask_setuid();
  mode_t mask = umask(0);
  umask(mask);
  answer("identity.umask", "%03o", mask);
  ask_descriptors();
  ask_terminal();
  const char *marker = known("marker");
  int leaks = 0;
  for (char **each = environ; *each; each++) leaks |= strstr(*each, marker) != NULL;
  answer("identity.environment of the caller", leaks ? "visible" : "hidden");
}
