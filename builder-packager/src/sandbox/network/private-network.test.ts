import { expect, test } from "vitest";
import type { NamespaceBackend } from "../spec.ts";
import { networkCommand } from "./private-network.ts";

const tools = { bwrap: "/bin/bwrap", ip: "/sbin/ip", setpriv: "/bin/setpriv", sh: "/bin/sh", unshare: "/bin/unshare" };
const { ip: _, ...withoutIp } = tools;
const { bwrap: __, ...withoutBoth } = withoutIp;

test.for<[string, NamespaceBackend, boolean, Record<string, string>, string]>([
  ["unshare-root starts the command unshare", "unshare-root", true, tools, "/bin/unshare --net /bin/sh -c"],
  [
    "unshare-user starts the command unshare with a user namespace",
    "unshare-user",
    false,
    tools,
    "/bin/unshare --user --map-root-user --net /bin/sh -c",
  ],
  [
    "bubblewrap, started by root, starts the command bwrap",
    "bubblewrap",
    true,
    tools,
    "/bin/bwrap --cap-drop ALL --unshare-net",
  ],
  [
    "bubblewrap, started by an ordinary user, starts the command bwrap with a user namespace",
    "bubblewrap",
    false,
    tools,
    "/bin/bwrap --cap-drop ALL --unshare-user --uid 0 --gid 0 --cap-add CAP_NET_ADMIN",
  ],
  [
    "bubblewrap starts the command bwrap if the command ip is missing",
    "bubblewrap",
    true,
    withoutIp,
    "/bin/bwrap --cap-drop ALL --unshare-net",
  ],
  [
    "unshare-root starts bwrap instead of unshare if the command ip is missing",
    "unshare-root",
    true,
    withoutIp,
    "/bin/bwrap --cap-drop ALL --unshare-net",
  ],
  [
    "unshare-user starts bwrap instead of unshare if the command ip is missing",
    "unshare-user",
    false,
    withoutIp,
    "/bin/bwrap --cap-drop ALL --unshare-user --uid 0 --gid 0",
  ],
])("to create a private network, the sandbox backend %s", ([, backend, isRoot, found, begin]) => {
  const words = networkCommand({ tools: found, toolDirs: [] }, backend, isRoot);
  expect(words.join(" ").slice(0, begin.length)).toBe(begin);
});

test("a private network is refused if no tool to configure a network interface is installed", () => {
  expect(() => networkCommand({ tools: withoutBoth, toolDirs: [] }, "unshare-user", false)).toThrow(
    expect.objectContaining({
      code: "SANDBOX_FAILED",
      message: "a separate network cannot be created for the app: the command ip is not installed",
      hint: "Install the package iproute2 or bubblewrap, or remove --network none.",
    }),
  );
});
