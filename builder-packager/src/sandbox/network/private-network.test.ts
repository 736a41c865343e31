import { expect, test } from "vitest";
import type { NamespaceBackend } from "../spec.ts";
import { networkCommand } from "./private-network.ts";

const tools = { bwrap: "/bin/bwrap", ip: "/sbin/ip", setpriv: "/bin/setpriv", sh: "/bin/sh", unshare: "/bin/unshare" };
const { ip: _, ...withoutIp } = tools;
const { bwrap: __, ...withoutBoth } = withoutIp;

test.for<[string, NamespaceBackend, boolean, Record<string, string>, string]>([
  ["unshare-root", "unshare-root", true, tools, "/bin/unshare --net /bin/sh -c"],
  ["unshare-user", "unshare-user", false, tools, "/bin/unshare --user --map-root-user --net /bin/sh -c"],
  ["bubblewrap as root", "bubblewrap", true, tools, "/bin/bwrap --cap-drop ALL --unshare-net"],
  [
    "bubblewrap as a user",
    "bubblewrap",
    false,
    tools,
    "/bin/bwrap --cap-drop ALL --unshare-user --uid 0 --gid 0 --cap-add CAP_NET_ADMIN",
  ],
  ["bubblewrap without ip", "bubblewrap", true, withoutIp, "/bin/bwrap --cap-drop ALL --unshare-net"],
  [
    "unshare-root without ip, which uses bubblewrap",
    "unshare-root",
    true,
    withoutIp,
    "/bin/bwrap --cap-drop ALL --unshare-net",
  ],
  [
    "unshare-user without ip, which uses bubblewrap",
    "unshare-user",
    false,
    withoutIp,
    "/bin/bwrap --cap-drop ALL --unshare-user --uid 0 --gid 0",
  ],
])("a private network is created by the command for the backend: %s", ([, backend, isRoot, found, begin]) => {
  const words = networkCommand({ tools: found, toolDirs: [] }, backend, isRoot);
  expect(words.join(" ").slice(0, begin.length)).toBe(begin);
});

test("a private network is refused without any tool to configure its interface", () => {
  expect(() => networkCommand({ tools: withoutBoth, toolDirs: [] }, "unshare-user", false)).toThrow(
    expect.objectContaining({
      code: "SANDBOX_FAILED",
      message: "a separate network cannot be created for the app: the command ip is not installed",
      hint: "Install the package iproute2 or bubblewrap, or remove --network none.",
    }),
  );
});
