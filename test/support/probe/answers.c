/* How answers are printed, and how an attempt is made without harm to the next one. */
#include "probe.h"
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>

void answer(const char *name, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char text[4096];
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  printf("probe: %s=%s\n", name, text);
  fflush(stdout);
}

static void refused(const char *name, int error) {
  const char *word = strerrorname_np(error);
  answer(name, "no (%s)", word ? word : "unknown");
}

void allowed(const char *name, long result) {
  if (result == -1) refused(name, errno);
  else answer(name, "yes");
}

void reaches(const char *name, long result, int invalid) {
  if (result == -1 && errno != invalid) refused(name, errno);
  else answer(name, "yes");
}

enum { seconds_of_an_attempt = 10 };

void try_it(const char *name, attempt *one) {
  fflush(stdout);
  pid_t child = fork();
  if (child == -1) {
    refused(name, errno);
    return;
  }
  if (child == 0) {
    alarm(seconds_of_an_attempt);
    _exit(one() == 0 ? 0 : errno ? errno : 255);
  }
  int status = 0;
  while (waitpid(child, &status, 0) == -1 && errno == EINTR) {}
  if (WIFSIGNALED(status)) answer(name, "killed (SIG%s)", sigabbrev_np(WTERMSIG(status)));
  else if (WEXITSTATUS(status) == 0) answer(name, "yes");
  else if (WEXITSTATUS(status) == 255) answer(name, "no");
  else refused(name, WEXITSTATUS(status));
}

ssize_t slurp(const char *path, char *buffer, size_t size) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file == -1) return -1;
  size_t length = 0;
  for (;;) {
    ssize_t part = read(file, buffer + length, size - 1 - length);
    if (part <= 0) break;
    length += part;
  }
  close(file);
  buffer[length] = 0;
  return length;
}

int holds(const char *path, const char *value) {
  static char text[1 << 20];
  ssize_t length = slurp(path, text, sizeof text);
  const char *marker = known(value);
  return length > 0 && memmem(text, length, marker, strlen(marker)) != NULL;
}

const char *known(const char *name) {
  static char text[4096];
  static char value[1024];
  const char *file = getenv("PROBE_CONFIG");
  if (text[0] == 0 && slurp(file ? file : "/probe/config", text, sizeof text) == -1) return "unknown";
  size_t length = strlen(name);
  for (const char *line = text; line && *line; line = strchr(line, '\n'), line = line ? line + 1 : line) {
    if (strncmp(line, name, length) != 0 || line[length] != '=') continue;
    size_t end = strcspn(line + length + 1, "\n");
    snprintf(value, sizeof value, "%.*s", (int)end, line + length + 1);
    return value;
  }
  return "unknown";
}
