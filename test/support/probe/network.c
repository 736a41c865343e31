/* Sockets: which kinds there are, and what of the host answers. */
#include "probe.h"
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sys/socket.h>
#include <sys/un.h>

static void can_make(const char *name, int family, int type, int protocol) {
  int made = socket(family, type | SOCK_CLOEXEC, protocol);
  allowed(name, made);
  if (made != -1) close(made);
}

static int reach_port(void) {
  int made = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(known("port"))), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  return connect(made, (struct sockaddr *)&address, sizeof address);
}

static int reach_abstract(void) {
  int made = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *name = known("socket");
  strcpy(address.sun_path + 1, name);
  return connect(made, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

static int low_port(void) {
  int made = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(1), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  return bind(made, (struct sockaddr *)&address, sizeof address);
}

static void ask_interfaces(void) {
  struct if_nameindex *all = if_nameindex();
  int others = 0, loopback = 0;
  for (struct if_nameindex *each = all; each && each->if_name; each++)
    if (strcmp(each->if_name, "lo") == 0) loopback = 1;
    else others++;
  answer("network.interfaces", "%s", others ? "those of the host" : loopback ? "lo" : "none");
  if (all) if_freenameindex(all);
}

void ask_network(void) {
  ask_interfaces();
  try_it("network.loopback service of the host", reach_port);
  try_it("network.abstract socket of the host", reach_abstract);
  try_it("network.bind to port 1", low_port);
  can_make("network.raw socket", AF_INET, SOCK_RAW, IPPROTO_ICMP);
  can_make("network.packet socket", AF_PACKET, SOCK_RAW, 0);
  can_make("network.netlink socket", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  can_make("network.netlink socket of netfilter", AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
  can_make("network.vsock", AF_VSOCK, SOCK_STREAM, 0);
  can_make("network.AF_ALG", AF_ALG, SOCK_SEQPACKET, 0);
}
