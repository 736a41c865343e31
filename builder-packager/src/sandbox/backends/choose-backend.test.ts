import { expect, test } from "vitest";
import { renderError } from "../../terminal/render-error.ts";
import { type BackendFailure, candidates, type KernelSettings, namespacesUnavailable } from "./choose-backend.ts";

const kernel: KernelSettings = {
  apparmorRestricts: undefined,
  maxUserNamespaces: "96365",
  unprivilegedClone: undefined,
};
const missing: BackendFailure = { backend: "bubblewrap", reason: "bwrap: not installed" };
const refused: BackendFailure = { backend: "unshare-user", reason: "unshare: unshare failed: Operation not permitted" };
const tried =
  "ERROR: no sandbox can be created on this machine. cnb tried: bubblewrap (bwrap: not installed); unshare-user (unshare: unshare failed: Operation not permitted)";

test.for<[string, Partial<KernelSettings>, string]>([
  [
    "AppArmor restricts user namespaces",
    { apparmorRestricts: "1" },
    "AppArmor restricts user namespaces (Ubuntu 23.10 and later). Run `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, install an AppArmor profile for bwrap that has `userns,`, or run cnb as root.",
  ],
  [
    "user namespaces are disabled",
    { maxUserNamespaces: "0" },
    "User namespaces are disabled. Run `sudo sysctl user.max_user_namespaces=10000`, or run cnb as root.",
  ],
  [
    "ordinary users may not create user namespaces",
    { unprivilegedClone: "0" },
    "The kernel does not allow ordinary users to create user namespaces. Run `sudo sysctl kernel.unprivileged_userns_clone=1`, or run cnb as root.",
  ],
  [
    "a container forbids namespaces",
    {},
    "Inside a container, allow namespaces: `docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cap-add SYS_ADMIN`, or run cnb on the machine itself.",
  ],
])("the error about a missing sandbox has advice if %s", ([, settings, hint]) => {
  const error = namespacesUnavailable([missing, refused], { ...kernel, ...settings }, false);
  expect(renderError(error)).toBe(`${tried}\nHINT: ${hint}\nCODE: NAMESPACES_UNAVAILABLE\n`);
});

test.for([
  [
    "bwrap: Creating new namespace failed: Resource temporarily unavailable",
    /^The limit of processes is too low: .*`ulimit -u 4096`/,
  ],
  ["no sandbox can be started: cannot create and execute a program in /tmp", /^Set TMPDIR to a directory .* noexec/],
] as const)('the error "%s" of a sandbox has a hint that matches %s', ([reason, advice]) => {
  expect(namespacesUnavailable([{ backend: "bubblewrap", reason }], kernel, false).hint).toMatch(advice);
});

test("without any sandbox tool, the error advises to install one", () => {
  expect(namespacesUnavailable([missing], kernel, false).hint).toBe("Install the package bubblewrap.");
});

test.for<[string, string | undefined, boolean, readonly string[]]>([
  [
    "root tries unshare-root before all other backends by default",
    undefined,
    true,
    ["unshare-root", "bubblewrap", "unshare-user", "docker", "podman"],
  ],
  [
    "an ordinary user tries all backends but unshare-root if --backend is empty",
    "",
    false,
    ["bubblewrap", "unshare-user", "docker", "podman"],
  ],
  [
    "an ordinary user tries all backends but unshare-root for --backend auto",
    "auto",
    false,
    ["bubblewrap", "unshare-user", "docker", "podman"],
  ],
  ["root tries only unshare-root for --backend unshare", "unshare", true, ["unshare-root"]],
  ["an ordinary user tries only unshare-user for --backend unshare", "unshare", false, ["unshare-user"]],
  ["root tries only unshare-user for --backend unshare-user", "unshare-user", true, ["unshare-user"]],
  ["an ordinary user tries only docker for --backend docker", "docker", false, ["docker"]],
])("to choose a sandbox backend, cnb started by %s", ([, wanted, isRoot, expected]) => {
  expect(candidates(wanted, isRoot)).toEqual(expected);
});

test("an unknown sandbox backend is refused", () => {
  expect(() => candidates("chroot", false)).toThrow(
    expect.objectContaining({
      code: "ARGUMENT_INVALID",
      message: '"chroot" is not a sandbox backend',
      hint: "Set --backend or LIBCNB_SANDBOX to one of auto, bubblewrap, unshare, docker, podman, direct.",
    }),
  );
});
