// What tests need of the machine besides Node.js and npm, for the host's own Node.js (20 or newer), no dependencies.
// A test file or a module of tests that starts one of these says so in a line `// @needs skopeo, dockerd`.
// `node test/needs.mjs` prints the one command that installs what this machine lacks for `npm run test:full`, with `--all` for
// `npm run test:all`. With `--packages` it prints the Debian packages of `npm run test:full`, installed or not.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * By name, which is that of the program unless `isPresent` looks for something else: what it is for, and the Debian packages that
 * bring it. Those of tier `all` are for `npm run test:all` alone.
 *
 * @type {Record<string, { for: string, packages?: string[], command?: string, tier?: "all", isPresent?: () => boolean }>}
 */
export const needs = {
  binfmt: {
    for: "starts programs for arm64 in a namespace of its own, by Linux 6.7 or newer",
    packages: ["qemu-user-static", "util-linux"],
    tier: "all",
    isPresent: () => existsSync("/usr/bin/qemu-aarch64-static") && isOnPath("nsenter"),
  },
  buildah: { for: "applies the Dockerfiles of image extensions", packages: ["buildah"] },
  busybox: {
    for: "a root file system of one program, to run things in",
    packages: ["busybox-static"],
    isPresent: () => existsSync("/bin/busybox"),
  },
  bwrap: { for: "one of the sandboxes of cnb build and cnb run", packages: ["bubblewrap"] },
  cargo: { for: "builds the small engine; https://rustup.rs installs it", tier: "all" },
  cc: { for: "compiles the native modules of apps", packages: ["gcc", "libc6-dev"] },
  "cnb-tester": {
    for: "an ordinary user with subordinate ids, next to root",
    packages: ["uidmap"],
    command: "useradd --create-home cnb-tester",
    isPresent: () => succeeds("id", "cnb-tester") && isOnPath("newuidmap"),
  },
  "cgroup-v1": {
    for: "control groups of version 1, in which the kubelet of the test cluster creates pods",
    tier: "all",
    isPresent: () => existsSync("/sys/fs/cgroup/memory/cgroup.procs"),
  },
  chattr: { for: "a file that not even root removes", packages: ["e2fsprogs"] },
  chromium: { for: "shows pages", packages: ["chromium"] },
  "cni-plugins": {
    for: "the network of pods in the test cluster",
    packages: ["containernetworking-plugins"],
    tier: "all",
    isPresent: () => existsSync("/usr/lib/cni/bridge"),
  },
  containerd: { for: "runs the pods of the test cluster", packages: ["containerd", "runc"], tier: "all" },
  curl: { for: "requests in the network of the test cluster", packages: ["curl"], tier: "all" },
  "debian-archive-keyring": {
    for: "the keys of the packages that base images are made from",
    packages: ["debian-archive-keyring"],
    isPresent: () => existsSync("/usr/share/keyrings/debian-archive-keyring.gpg"),
  },
  docker: { for: "Docker's client", packages: ["docker.io"] },
  "docker-registry": { for: "a registry that is not ours", packages: ["docker-registry"] },
  dockerd: { for: "reads and runs our images, and is a sandbox of cnb build", packages: ["docker.io"] },
  etcd: { for: "the database of the test cluster", packages: ["etcd-server"], tier: "all" },
  fish: { for: "a shell that completes cnb", packages: ["fish"] },
  git: { for: "dependencies and buildpacks from repositories", packages: ["git"] },
  go: {
    for: "builds the official lifecycle and pack, which judge ours: 1.21 or newer (in Debian 12 from its backports)",
    packages: ["golang-go"],
    isPresent: () => Number(/go1\.(\d+)/.exec(outputOf("go", "version"))?.[1] ?? 0) >= 21,
  },
  gradle: { for: "Debian's Gradle, made into a distribution like upstream's", packages: ["gradle", "zip", "unzip"] },
  ip: { for: "networks of sandboxes", packages: ["iproute2"] },
  mvn: { for: "knows where Maven looks for artifacts", packages: ["maven"] },
  namespaces: {
    for: "namespaces for the sandboxes of cnb build and cnb run; npx cnb doctor says why there are none",
    packages: ["util-linux"],
    isPresent: () =>
      succeeds("unshare", ...(process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"]), "--mount", "true"),
  },
  openssl: { for: "certificates of servers in tests", packages: ["openssl"] },
  podman: { for: "reads and runs our images, and is a sandbox of cnb build", packages: ["podman", "runc"] },
  processes: { for: "starts processes of Node.js", isPresent: () => true },
  python3: {
    for: "a Python with pip for apps",
    packages: ["python3", "python3-pip", "libpython3-dev"],
    isPresent: () => succeeds("python3", "-m", "pip", "--version"),
  },
  "qemu-aarch64": {
    for: "runs executables for arm64",
    packages: ["qemu-user", "binutils-aarch64-linux-gnu", "libstdc++6-arm64-cross"],
  },
  "qemu-x86_64": {
    for: "runs executables for amd64",
    packages: ["qemu-user", "binutils-x86-64-linux-gnu", "libstdc++6-amd64-cross"],
  },
  readelf: { for: "reads executables", packages: ["binutils"] },
  root: { for: "owners of files, mounts, users", isPresent: () => process.getuid?.() === 0 },
  rsync: { for: "copies the repository for gitlab-ci-local", packages: ["rsync"], tier: "all" },
  script: { for: "a terminal", packages: ["bsdutils"] },
  skopeo: { for: "reads our images", packages: ["skopeo"] },
  umoci: { for: "reads our images", packages: ["umoci"] },
  unzip: { for: "archives", packages: ["unzip"] },
  xz: { for: "archives", packages: ["xz-utils"] },
  zip: { for: "archives", packages: ["zip"] },
  zsh: { for: "a shell that completes cnb", packages: ["zsh"] },
  zstd: { for: "archives", packages: ["zstd"] },
};

/** @param {string} name */
export function isPresent(name) {
  const need = needs[name];
  if (!need) throw new Error(`@needs ${name}: test/needs.mjs does not know it`);
  return need.isPresent ? need.isPresent() : isOnPath(name);
}

/**
 * The one command that brings all of these; undefined when nothing is to be installed.
 *
 * @param {readonly string[]} names
 */
export function installCommand(names) {
  const packages = [...new Set(names.flatMap((name) => needs[name]?.packages ?? []))].sort();
  const install = packages.length > 0 ? [`apt-get install -y --no-install-recommends ${packages.join(" ")}`] : [];
  const others = names.flatMap((name) => needs[name]?.command ?? []);
  return [...install, ...others].join(" && ") || undefined;
}

/** @param {string} program */
function isOnPath(program) {
  const path = `${process.env.PATH ?? ""}:/usr/sbin:/sbin`;
  return path.split(":").some((dir) => dir !== "" && existsSync(join(dir, program)));
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function succeeds(command, ...args) {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function outputOf(command, ...args) {
  return spawnSync(command, args, { encoding: "utf8" }).stdout ?? "";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = process.argv[2];
  const wanted = Object.keys(needs).filter((name) => option === "--all" || needs[name]?.tier !== "all");
  // Debian 12's own Go is too old.
  const installed = wanted.filter((name) => name !== "go").flatMap((name) => needs[name]?.packages ?? []);
  if (option === "--packages") console.log(installed.join(" "));
  else console.log(installCommand(wanted.filter((name) => !isPresent(name))) ?? "true");
}
