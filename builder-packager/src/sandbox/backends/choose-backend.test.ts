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
  "ERROR: No sandbox can be made on this machine. Tried: bubblewrap (bwrap: not installed); unshare-user (unshare: unshare failed: Operation not permitted)";

test.for<[string, Partial<KernelSettings>, string]>([
  [
    "AppArmor restricts user namespaces",
    { apparmorRestricts: "1" },
    "AppArmor restricts user namespaces (Ubuntu 23.10 and later). Run `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, install an AppArmor profile for bwrap that has `userns,`, or run cnb as root.",
  ],
  [
    "user namespaces are switched off",
    { maxUserNamespaces: "0" },
    "User namespaces are switched off. Run `sudo sysctl user.max_user_namespaces=10000`, or run cnb as root.",
  ],
  [
    "ordinary users may not make them",
    { unprivilegedClone: "0" },
    "Ordinary users may not make user namespaces. Run `sudo sysctl kernel.unprivileged_userns_clone=1`, or run cnb as root.",
  ],
  [
    "a container forbids them",
    {},
    "Inside a container, allow namespaces: `docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cap-add SYS_ADMIN`, or run cnb on the machine itself.",
  ],
])("the error has advice if %s", ([, settings, hint]) => {
  const error = namespacesUnavailable([missing, refused], { ...kernel, ...settings }, false);
  expect(renderError(error)).toBe(`${tried}\nHINT: ${hint}\nCODE: NAMESPACES_UNAVAILABLE\n`);
});

test.for([
  ["bwrap: Creating new namespace failed: Resource temporarily unavailable", /^Too few processes: .*`ulimit -u 4096`/],
  ["No sandbox can be started: programs cannot be executed in /tmp", /^Set TMPDIR to a directory .* noexec/],
] as const)("the reason %s leads to the right advice", ([reason, advice]) => {
  expect(namespacesUnavailable([{ backend: "bubblewrap", reason }], kernel, false).hint).toMatch(advice);
});

test("without any tool, the advice is to install one", () => {
  expect(namespacesUnavailable([missing], kernel, false).hint).toBe("Install the package bubblewrap.");
});

test.for<[string | undefined, boolean, readonly string[]]>([
  [undefined, true, ["unshare-root", "bubblewrap", "unshare-user", "docker", "podman"]],
  ["", false, ["bubblewrap", "unshare-user", "docker", "podman"]],
  ["auto", false, ["bubblewrap", "unshare-user", "docker", "podman"]],
  ["unshare", true, ["unshare-root"]],
  ["unshare", false, ["unshare-user"]],
  ["unshare-user", true, ["unshare-user"]],
  ["docker", false, ["docker"]],
])("the backend %s (as root: %s) may be %j", ([wanted, isRoot, expected]) => {
  expect(candidates(wanted, isRoot)).toEqual(expected);
});

test("an unknown backend name is refused", () => {
  expect(() => candidates("chroot", false)).toThrow(
    expect.objectContaining({
      code: "ARGUMENT_INVALID",
      message: '"chroot" is not a sandbox',
      hint: "Set --backend or LIBCNB_SANDBOX to one of auto, bubblewrap, unshare, docker, podman, direct.",
    }),
  );
});
