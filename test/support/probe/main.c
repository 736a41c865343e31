/*
 * Asks what a process can reach in a sandbox and prints one answer a line. It is linked statically, so that it runs in an
 * image without a C library. An attempt that succeeds must leave the machine as it was: what a call would change is asked with
 * arguments that the kernel refuses after it has looked at the permission, or files are opened and not written.
 */
#include "probe.h"

static int ask_all(void) {
  ask_identity();
  ask_keys();
  ask_processes();
  ask_files();
  ask_namespaces();
  ask_kernel();
  ask_network();
  ask_limits();
  answer("end", "all asked");
  return 0;
}

int main(int count, char **words) {
  const char *what = count > 1 ? words[1] : "all";
  if (strcmp(what, "network") == 0) return ask_network(), answer("end", "all asked"), 0;
  if (strcmp(what, "euid") == 0) return printf("%d", geteuid()), 0;
  if (strcmp(what, "wait") == 0) return pause();
  if (strcmp(what, "find-key") == 0) return find_key(words[2]);
  if (strcmp(what, "make-ipc") == 0) return make_ipc(0);
  if (strcmp(what, "remove-ipc") == 0) return make_ipc(1);
  if (strcmp(what, "with-key") == 0) {
    if (hold_keys(words[2]) == -1) return perror("keyring"), 1;
    execvp(words[3], words + 3);
    return perror(words[3]), 127;
  }
  return ask_all();
}
