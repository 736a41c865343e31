import { expect, test } from "vitest";
import type { NamespaceBackend } from "../spec.ts";
import { networkCommand } from "./private-network.ts";

const tools = { bwrap: "/bin/bwrap", ip: "/sbin/ip", setpriv: "/bin/setpriv", sh: "/bin/sh", unshare: "/bin/unshare" };
const { ip: _, ...withoutIp } = tools;
const { bwrap: __, ...withoutBoth } = withoutIp;

test.for<[NamespaceBackend, boolean, Record<string, string>, string]>([
  ["unshare-root", true, tools, "/bin/unshare --net /bin/sh -c"],
  ["unshare-user", false, tools, "/bin/unshare --user --map-root-user --net /bin/sh -c"],
  ["bubblewrap", true, tools, "/bin/bwrap --cap-drop ALL --unshare-net"],
  ["bubblewrap", false, tools, "/bin/bwrap --cap-drop ALL --unshare-user --uid 0 --gid 0 --cap-add CAP_NET_ADMIN"],
  ["bubblewrap", true, withoutIp, "/bin/bwrap --cap-drop ALL --unshare-net"],
  ["unshare-root", true, withoutIp, "/bin/bwrap --cap-drop ALL --unshare-net"],
  ["unshare-user", false, withoutIp, "/bin/bwrap --cap-drop ALL --unshare-user --uid 0 --gid 0"],
])("a network for %s, as root: %s, with %j", ([backend, isRoot, found, begin]) => {
  const words = networkCommand({ tools: found, toolDirs: [] }, backend, isRoot);
  expect(words.join(" ").slice(0, begin.length)).toBe(begin);
});

test("a network without any tool to configure its interface is refused", () => {
  expect(() => networkCommand({ tools: withoutBoth, toolDirs: [] }, "unshare-user", false)).toThrow(
    expect.objectContaining({
      code: "SANDBOX_FAILED",
      message: "A network of the app's own cannot be made: ip is not installed",
      hint: "Install the package iproute2 or bubblewrap, or leave out --network none.",
    }),
  );
});
