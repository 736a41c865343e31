import { expect, test } from "vitest";
import { buildArguments, inNamespaces } from "./command.ts";

const toolDirs = ["/usr", "/bin"];
const tools = { setpriv: "/usr/bin/setpriv", sh: "/bin/sh", unshare: "/usr/bin/unshare" };

test.for([
  [
    "as root with network access gets neither a user nor a network namespace",
    { asRoot: true, network: true, locations: ["/work", "/context"] },
    "--mount --propagation private --ipc --uts --pid --fork --kill-child --mount-proc",
    "give_fixed /usr /bin -- /work /context --",
  ],
  [
    "as an ordinary user without network access gets a user and a network namespace",
    { asRoot: false, network: false, locations: [] },
    "--user --map-root-user --map-auto --mount --propagation private --ipc --uts --net --pid --fork --kill-child --mount-proc",
    "give /usr /bin -- --",
  ],
] as const)("the buildah command %s", ([, apart, spaces, seen]) => {
  const env = { HOME: "/work" };
  const { words, input } = inNamespaces(["buildah", "images"], { ...apart, cwd: "/work", env }, { tools, toolDirs });
  const script = words[words.indexOf("-c") + 1] ?? "";
  expect(words).toEqual([
    ...`/usr/bin/setpriv --pdeathsig KILL /usr/bin/unshare ${spaces} -- /bin/sh -c`.split(" "),
    script,
    "cnb-buildah",
    ...seen.split(" "),
  ]);
  expect(script.split("\n").at(-1)).toBe("exec /dev/shm/.start </dev/null");
  const program = Buffer.from(input).toString("latin1");
  expect(
    ["chroot\0", "/dev/shm\0", "buildah\0", "images\0", "HOME=/work\0"].filter((word) => !program.includes(word)),
  ).toEqual([]);
});

test("build arguments of an extension precede the base image in the buildah command", () => {
  const args = [
    { name: "user_id", value: "1000" },
    { name: "tools", value: "a b" },
  ];
  const locations = { dockerfile: "/d/Dockerfile", context: "/c", idFile: "/d/id" };
  const words = buildArguments({ ...locations, base: "0123", args, namesOther: false });
  expect(words.filter((_, at) => words[at - 1] === "--build-arg")).toEqual([
    "user_id=1000",
    "tools=a b",
    "base_image=0123",
  ]);
  expect(words.slice(-5)).toEqual(["--iidfile", "/d/id", "--file", "/d/Dockerfile", "/c"]);
  const named = buildArguments({ ...locations, base: "0123", args, namesOther: true });
  expect(named.slice(-7, -5)).toEqual(["--from", "0123"]);
  expect(named).not.toContain("base_image=0123");
});
