/* The kernel's keyrings, which no namespace but the user's separates. */
#include "probe.h"
#include <linux/keyctl.h>

typedef int32_t key;

static long keyctl(int operation, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
  return syscall(SYS_keyctl, operation, a, b, c, d);
}

static key add_key(const char *description, key ring) {
  return syscall(SYS_add_key, "user", description, "secret", (size_t)6, ring);
}

static long search(key ring, const char *description) {
  return keyctl(KEYCTL_SEARCH, (unsigned long)ring, (unsigned long)"user", (unsigned long)description, 0);
}

static void ask_ring(const char *name, key ring) { allowed(name, search(ring, known("marker"))); }

/* Serial numbers are public: a key that anybody may view can be read by its number. */
static void ask_listed(void) {
  answer("keys.host's key listed in /proc/keys", holds("/proc/keys", "marker") ? "yes" : "no");
}

void ask_keys(void) {
  ask_ring("keys.host's key in the session keyring", KEY_SPEC_SESSION_KEYRING);
  ask_ring("keys.host's key in the user keyring", KEY_SPEC_USER_KEYRING);
  ask_ring("keys.host's key in the user session keyring", KEY_SPEC_USER_SESSION_KEYRING);
  allowed("keys.request_key", syscall(SYS_request_key, "user", known("marker"), NULL, 0));
  ask_listed();
  key added = add_key(known("left"), KEY_SPEC_SESSION_KEYRING);
  allowed("keys.add_key to the session keyring", added);
  allowed("keys.add_key to the user keyring", add_key(known("left"), KEY_SPEC_USER_KEYRING));
  allowed("keys.keyctl", keyctl(KEYCTL_GET_KEYRING_ID, (unsigned long)KEY_SPEC_SESSION_KEYRING, 0, 0, 0));
  allowed("keys.new session keyring", keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0));
}

enum { life_seconds = 600, all_permissions = 0x3f3f3f3f };

int hold_keys(const char *description) {
  if (keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0) == -1) return -1;
  key added = add_key(description, KEY_SPEC_SESSION_KEYRING);
  if (added == -1) return -1;
  keyctl(KEYCTL_SETPERM, (unsigned long)added, all_permissions, 0, 0);
  keyctl(KEYCTL_SET_TIMEOUT, (unsigned long)added, life_seconds, 0, 0);
  return keyctl(KEYCTL_LINK, (unsigned long)added, (unsigned long)KEY_SPEC_USER_KEYRING, 0, 0);
}

/* Removes it, too. */
int find_key(const char *description) {
  static const key rings[] = {KEY_SPEC_SESSION_KEYRING, KEY_SPEC_USER_KEYRING};
  int found = 0;
  for (size_t each = 0; each < SIZE(rings); each++) {
    long serial = search(rings[each], description);
    if (serial == -1) continue;
    found = 1;
    keyctl(KEYCTL_UNLINK, (unsigned long)serial, (unsigned long)rings[each], 0, 0);
  }
  puts(found ? "found" : "absent");
  return 0;
}
