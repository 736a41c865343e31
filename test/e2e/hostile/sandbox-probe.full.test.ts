// @needs bwrap, busybox, cc, cnb-tester, docker, dockerd, podman, root

import { totalmem } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { concurrently } from "../../../builder-packager/src/concurrently.ts";
import { type Answers, type AnswerTable, storedAnswers, withoutMachine } from "../../support/probe/answers.ts";
import { type Account, type ProbeWorld, probeWorld } from "../../support/probe/world.ts";

/** Answers to the probe: `vitest run --project e2e test/e2e/hostile/sandbox-probe.full.test.ts -u` stores them, `npm run docs` shows them. */
const stored = "__snapshots__/sandbox-probe.json";

const accounts: readonly Account[] = ["root", "cnb-tester"];
const backends = ["unshare", "bubblewrap", "docker", "podman"].flatMap((backend) =>
  accounts.map((account) => ({ backend, account, name: `${backend}/${account === "root" ? "root" : "user"}` })),
);

let world: ProbeWorld;
let host: Answers;
let table: AnswerTable;

beforeAll(async () => {
  world = await probeWorld();
  host = await world.host();
  const answers = await concurrently(everySandbox(), (ask) => ask(), { limit: 2 });
  const columns = answers.flat().map(([column, own]) => [column, withoutMachine(own, host, totalmem())] as const);
  table = Object.fromEntries(columns.sort(([a], [b]) => (a < b ? -1 : 1)));
}, 240_000);
afterAll(() => world?.remove());

type ProbeQuestion = () => Promise<readonly (readonly [column: string, Answers])[]>;

const everySandbox = (): readonly ProbeQuestion[] => [
  ...accounts.map(
    (account): ProbeQuestion =>
      async () => {
        const [asRoot = {}, asUser = {}] = await world.dockerfile(account);
        const name = account === "root" ? "root" : "user";
        return [
          [`RUN/as root/${name}`, asRoot],
          [`RUN/as uid 1000/${name}`, asUser],
        ];
      },
  ),
  ...backends.map(
    ({ backend, account, name }): ProbeQuestion =>
      async () =>
        phases(name, await world.build(backend, account)),
  ),
  ...["0:0", "1000:1000"].map(
    (user): ProbeQuestion =>
      async () => {
        return phases(`direct/${user === "0:0" ? "root" : "user"}`, await world.direct(user));
      },
  ),
  ...backends.map(
    ({ backend, account, name }): ProbeQuestion =>
      async () => [[`run-root/${name}`, await world.run(backend, account, "root")]],
  ),
  ...backends.map(
    ({ backend, account, name }): ProbeQuestion =>
      async () => [[`run-user/${name}`, await world.run(backend, account, "user", ["--network", "none"])]],
  ),
];

const phases = (name: string, { build, detect }: Readonly<Record<"build" | "detect", Answers>>) =>
  [
    [`build/${name}`, build],
    [`detect/${name}`, detect],
  ] as const;

/** The resources that no sandbox may contain. In a container of the builder, cnb itself and its files are there. */
const never: readonly string[] = [
  "keys.host's key listed in /proc/keys",
  "files.leaving the root by chroot",
  "files.host's file behind the root",
  "files.host's processes behind the root",
  "processes.command line of a process of the host",
  "processes.environment of a process of the host",
  "processes.files of the host through /proc/PID/root",
  "processes.files of the host through /proc/PID/cwd",
  "processes.signal to a process of the host",
  "files.host's file by its path",
  "files.mknod of a character device",
  "files.mknod of the memory",
  "files.mknod of the disk",
  "files.character device of the image",
  "files.disk of the image",
  "files.read /proc/kcore",
  "files.write /proc/sys/kernel/core_pattern",
  "files.write /proc/sys/vm/overcommit_memory",
  "files.write /proc/sys/net/ipv4/ip_forward",
  "files.write /proc/sysrq-trigger",
  "files.write /sys/kernel/mm/ksm/run",
  "namespaces.mount of a tmpfs",
  "namespaces.unshare user",
  "namespaces.clone with a new user namespace",
  "namespaces.pivot_root",
  "namespaces.setns mount of process 1",
  "kernel.bpf",
  "kernel.reboot",
  "kernel.syslog",
  "network.packet socket",
  "ipc.host's shared memory (System V)",
  "ipc.host's message queue (POSIX)",
  "ipc.host's file in /dev/shm",
  "ipc.host's file in /tmp",
];

test("the sandbox probe succeeds on the host with each action that sandboxes must block", () => {
  const found = [
    "keys.host's key in the session keyring",
    "keys.host's key in the user keyring",
    "keys.host's key listed in /proc/keys",
    ...never.filter((question) => /host(?!.*behind)/.test(question)),
    "files.write /proc/sys/kernel/core_pattern",
    "network.loopback service of the host",
    "network.abstract socket of the host",
  ];
  expect(found.filter((question) => host[question] !== "yes")).toEqual([]);
});

describe("every sandbox", () => {
  const sandboxes = () => Object.entries(table).filter(([column]) => !column.includes("/direct/"));

  test.for(never)("denies the probe's action %j", (question) => {
    expect(sandboxes().filter(([, answers]) => !/^no( |$)/.test(answers[question] ?? ""))).toEqual([]);
  });

  test("passes no environment variable of the caller", () => {
    const leaking = sandboxes().filter(([, answers]) => answers["identity.environment of the caller"] !== "hidden");
    expect(leaking).toEqual([]);
  });
});

test("a process in a sandbox finds no key of the host in the keyring and cannot create keys", () => {
  const keys = Object.keys(host).filter((question) => question.startsWith("keys."));
  const found = Object.entries(table).filter(([, answers]) => keys.some((question) => answers[question] === "yes"));
  expect(found.map(([column]) => column)).toEqual([]);
});

test("the results of the sandbox probe match the table in the guide", async () => {
  const text = `${JSON.stringify(storedAnswers(table), undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot(stored);
});
