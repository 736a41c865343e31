import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  archiveDirectory,
  archiveOf,
  created,
  file,
  filesOf,
  link,
  listed,
  published,
  type RequestedPackage,
  type TestPackage,
} from "../../../test/support/images/debian-archive.ts";
import { writeImage } from "../oci/image-io.ts";
import { parseBaseToml } from "./base-toml.ts";
import { parseFileFlag } from "./file-flag.ts";
import { type PlannedFile, readPlannedFiles } from "./tree/planned-files.ts";

let dir: string;
beforeEach(async () => {
  dir = await archiveDirectory();
});

const demo: TestPackage = { name: "demo", entries: [file("etc/demo.conf", "old"), file("usr/bin/demo", "ELF", 0o755)] };
const debconf: TestPackage = { name: "debconf", entries: [file("usr/bin/debconf", "x")] };
const tzdata: TestPackage = {
  name: "tzdata",
  fields: "Depends: debconf",
  entries: [file("usr/share/zoneinfo/Europe/Berlin", "TZif"), file("usr/share/zoneinfo/UTC", "TZif")],
};
const localesAll: TestPackage = {
  name: "locales-all",
  fields: "Depends: demo",
  entries: [
    file("usr/lib/locale/aa_DJ.utf8/LC_CTYPE", "ctype"),
    link("usr/lib/locale/de_DE.utf8/LC_CTYPE", "../aa_DJ.utf8/LC_CTYPE"),
    file("usr/lib/locale/de_DE.utf8/LC_TIME", "time"),
    file("usr/share/doc/locales-all/copyright", "free"),
  ],
};
const libcBin: TestPackage = { name: "libc-bin", entries: [file("usr/lib/locale/C.utf8/LC_CTYPE", "utf8")] };

const made = async (wanted: RequestedPackage) =>
  created(await published(await archiveOf([demo, debconf, tzdata, localesAll, libcBin]), dir), dir, wanted);

const added: readonly PlannedFile[] = [
  { path: "/etc/demo.conf", type: "file", content: Buffer.from("new"), mode: 0o640, owner: "cnb" },
  { path: "/opt/data", type: "directory", mode: 0o700, owner: "2000:3000" },
  { path: "/opt/data/link", type: "symlink", target: "../x" },
  { path: "/usr/local/share/ca-certificates/own.crt", type: "file", content: Buffer.from("OWN") },
  { path: "/srv/run-only", type: "file", content: Buffer.from("1"), image: "run" },
];

describe("files in the plan for base images", () => {
  test("override files of packages, with mode and owner, in the build image, the run image or both", async () => {
    const { build, run } = await made({ loaded: { files: added } });
    const lines = [...(await listed(run.layers[0])), ...(await listed(run.layers[1]))];
    expect(lines.filter((line) => /demo\.conf|opt\/.|own\.crt|run-only/.test(line))).toEqual([
      "700 2000:3000 opt/data/",
      "777 0:0 opt/data/link -> ../x",
      "644 0:0 usr/local/share/ca-certificates/own.crt",
      "640 1002:1000 etc/demo.conf",
      "644 0:0 srv/run-only",
    ]);
    const files = await filesOf(run);
    expect([files["etc/demo.conf"], files["etc/ssl/certs/ca-certificates.crt"]]).toEqual(["new", "OWN\n"]);
    expect(Object.keys(await filesOf(build)).includes("srv/run-only")).toBe(false);
  });

  test.for<[string, PlannedFile, string]>([
    [
      "cannot replace a directory with a file",
      { path: "/etc", type: "file", content: Buffer.from("") },
      "cannot create /etc: this path is a directory in the image",
    ],
    [
      "cannot replace a file with a directory",
      { path: "/etc/demo.conf", type: "directory" },
      "cannot create /etc/demo.conf: this path is a file in the image",
    ],
    [
      "cannot replace a file with a directory that contains an entry",
      { path: "/etc/demo.conf/x", type: "directory" },
      "cannot create /etc/demo.conf/x: /etc/demo.conf is not a directory in the image",
    ],
    [
      "cannot have an owner that is not a user of the image",
      { path: "/etc/x", type: "directory", owner: "nginx" },
      "the owner of /etc/x, nginx, is not a user of the image",
    ],
  ])("%s", async ([, planned, message]) => {
    await expect(made({ loaded: { files: [planned] } })).rejects.toMatchObject({
      code: "BASE_CONFIG_INVALID",
      message,
    });
  });

  test("are read from disk, directories recursively", async () => {
    await mkdir(join(dir, "conf/sub"), { recursive: true });
    await writeFile(join(dir, "conf/run"), "#!", { mode: 0o700 });
    await writeFile(join(dir, "conf/sub/a"), "A");
    await chmod(join(dir, "conf/sub/a"), 0o604);
    await symlink("../run", join(dir, "conf/sub/link"));
    const config = parseBaseToml(
      '[[files]]\nsource = "conf"\npath = "/opt/conf/"\nowner = "cnb"\nimage = "run"\n[[files]]\npath = "/etc/motd"\ncontent = "hi"\nmode = 0o600\n[[files]]\npath = "/l"\nlink = "/x"\n',
      "base.toml",
    );
    const planned = await readPlannedFiles([...config.files, parseFileFlag("conf/run:/bin/run:0755:1:2")], dir);
    const common = { owner: "cnb", image: "run" };
    expect(
      planned.map((item) => ("content" in item ? { ...item, content: Buffer.from(item.content).toString() } : item)),
    ).toEqual([
      { ...common, path: "/opt/conf", type: "directory", mode: 0o755 },
      { ...common, path: "/opt/conf/run", type: "file", mode: 0o755, content: "#!" },
      { ...common, path: "/opt/conf/sub", type: "directory", mode: 0o755 },
      { ...common, path: "/opt/conf/sub/a", type: "file", mode: 0o644, content: "A" },
      { ...common, path: "/opt/conf/sub/link", type: "symlink", target: "../run" },
      { path: "/etc/motd", type: "file", mode: 0o600, content: "hi" },
      { path: "/l", type: "symlink", target: "/x" },
      { path: "/bin/run", type: "file", mode: 0o755, owner: "1:2", content: "#!" },
    ]);
  });

  test.for<[string, string, string]>([
    ["does not exist", "nowhere", "cannot read DIR/nowhere for /x"],
    ["is a device file", "/dev/null", "/dev/null is not a file, directory or symbolic link"],
  ])("are refused if their source %s", async ([, source, message]) => {
    const error = await readPlannedFiles([{ source, path: "/x" }], dir).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: "BASE_CONFIG_INVALID" });
    expect(error instanceof Error && error.message.replaceAll(dir, "DIR")).toBe(message);
  });

  test.for(["x", "x:y", ":/x", "x:/y:99", "x:/y:0644:", "x:/y:0644:A"])(
    "are refused if the value %j of the option --file is malformed",
    (text) => {
      expect(() => parseFileFlag(text)).toThrow(
        expect.objectContaining({
          code: "ARGUMENT_INVALID",
          message: `--file ${text} is not SOURCE:PATH[:MODE[:OWNER]]`,
        }),
      );
    },
  );
});

test("a base image has the users and groups of the plan, each with a home directory", async () => {
  const config = `
[user]
name = "app"
[[users]]
name = "worker"
uid = 5000
home = "/srv/worker"
shell = "/bin/false"
[[users]]
name = "nobody"
uid = 6000
gid = 7000
image = "build"
[[groups]]
name = "team"
gid = 7000
members = ["app", "worker"]
`;
  const { build, run } = await made({ config });
  const [inBuild, inRun] = [await filesOf(build), await filesOf(run)];
  const root = "root:*:0:0:root:/root:/bin/sh\n";
  const app = (uid: number) => `app:*:${uid}:1000::/home/app:/usr/sbin/nologin\n`;
  const worker = "worker:*:5000:1000::/srv/worker:/bin/false\n";
  expect([inRun["etc/passwd"], inRun["etc/group"]]).toEqual([
    `${root}nobody:*:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n${app(1002)}${worker}`,
    "root:*:0:\nnogroup:*:65534:\nteam:*:7000:app,worker\napp:*:1000:\n",
  ]);
  expect(inBuild["etc/passwd"]).toBe(
    `${root}${app(1001)}${worker}nobody:*:6000:7000::/home/nobody:/usr/sbin/nologin\n`,
  );
  const homes = [...(await listed(run.layers[0])), ...(await listed(run.layers[1]))].filter((line) =>
    /home\/.|worker/.test(line),
  );
  expect(homes).toEqual(["755 5000:1000 srv/worker/", "755 1002:1000 home/app/"]);
});

test("environment variables, labels and description of base images can differ between build and run image", async () => {
  const config = `
description = "Ours"
env = { A = "1", PATH = "/opt/bin:/bin" }
labels = { team = "x" }
[build]
env = { A = "2" }
[run]
description = "Ours, small"
labels = { team = "y", "io.buildpacks.rebasable" = "false" }
`;
  const { build, run } = await made({ config, flags: { env: ["B=3"], label: ["z=1"] } });
  expect([build.config.config?.Env, run.config.config?.Env]).toEqual([
    ["PATH=/opt/bin:/bin", "A=2", "B=3", "CNB_USER_ID=1001", "CNB_GROUP_ID=1000", "CNB_STACK_ID=libcnb.base.test"],
    ["PATH=/opt/bin:/bin", "A=1", "B=3"],
  ]);
  const shown = ["io.buildpacks.base.description", "io.buildpacks.rebasable", "team", "z"];
  const labels = [build, run].map(({ config }) => shown.map((name) => config.config?.Labels?.[name]));
  expect(labels).toEqual([
    ["Ours", undefined, "x", "1"],
    ["Ours, small", "false", "y", "1"],
  ]);
});

test("a base image without the base-files package names its distribution and can be extended", async () => {
  const { run } = await made({});
  const files = await filesOf(run);
  expect([files["etc/os-release"], files["usr/lib/os-release"]]).toEqual([
    "-> ../usr/lib/os-release",
    'PRETTY_NAME="Debian 12 (test)"\nNAME="Debian"\nID="debian"\nVERSION_ID="12"\nVERSION_CODENAME="test"\n',
  ]);
  await writeImage(run, { kind: "oci", dir: join(dir, "below") });
  const next = await made({ packages: ["tzdata"], flags: { extend: `oci:${dir}/below`, without: ["debconf"] } });
  expect(Object.keys(await filesOf(next.run)).filter((path) => /status\.d\/[^.]*$/.test(path))).toEqual([
    "var/lib/dpkg/status.d/demo",
    "var/lib/dpkg/status.d/tzdata",
  ]);
});

test.for<[string, readonly string[], object]>([
  ["the links cc and c++ to a compiler", ["gcc", "g++"], { "usr/bin/cc": "-> gcc", "usr/bin/c++": "-> g++" }],
  [
    "the link awk to mawk if mawk and original-awk are installed",
    ["original-awk", "mawk"],
    { "usr/bin/awk": "-> mawk" },
  ],
  ["no link to a program that is not installed", ["tool"], {}],
])("like the maintainer scripts of Debian packages, cnb creates %s", async ([, programs, links]) => {
  const entries = programs.map((name) => file(`usr/bin/${name}`, "ELF", 0o755));
  const { run } = await created(await published(await archiveOf([{ name: "programs", entries }]), dir), dir, {
    packages: ["programs"],
  });
  const commands = Object.entries(await filesOf(run)).filter(([path]) => path.startsWith("usr/bin/"));
  expect(Object.fromEntries(commands.filter(([, text]) => text.startsWith("-> ")))).toEqual(links);
});

describe("the time zone of a base image", () => {
  test("is set without an interactive question of tzdata", async () => {
    const { run } = await made({ flags: { timezone: "Europe/Berlin" } });
    const files = await filesOf(run);
    expect([files["etc/localtime"], files["etc/timezone"], files["usr/bin/debconf"]]).toEqual([
      "-> /usr/share/zoneinfo/Europe/Berlin",
      "Europe/Berlin\n",
      undefined,
    ]);
  });

  test("is refused if tzdata does not contain it", async () => {
    await expect(made({ flags: { timezone: "Europe/Berlim" } })).rejects.toMatchObject({
      code: "BASE_TIME_ZONE_UNKNOWN",
      message: "tzdata has no time zone Europe/Berlim (did you mean Europe/Berlin?)",
    });
  });
});

describe("the locale of a base image", () => {
  test.for<[string, RequestedPackage, string | undefined, string[]]>([
    [
      "is taken from the package with all locales",
      { flags: { locale: "de_DE.UTF-8" } },
      "de_DE.UTF-8",
      ["de_DE.utf8/LC_CTYPE", "de_DE.utf8/LC_TIME"],
    ],
    ["is C.UTF-8 if its files are installed", { packages: ["libc-bin"] }, "C.UTF-8", ["C.utf8/LC_CTYPE"]],
    ["is C.UTF-8 with its files if requested", { flags: { locale: "C.UTF-8" } }, "C.UTF-8", ["C.utf8/LC_CTYPE"]],
    ["is unset if no locale files are installed", {}, undefined, []],
    [
      "is the value of LANG if the user sets it",
      { packages: ["libc-bin"], flags: { env: ["LANG=C"] } },
      "C",
      ["C.utf8/LC_CTYPE"],
    ],
    ["needs no files if it is POSIX", { flags: { locale: "POSIX" } }, "POSIX", []],
  ])("%s", async ([, wanted, lang, names]) => {
    const { run } = await made(wanted);
    const files = await filesOf(run);
    const env = run.config.config?.Env ?? [];
    expect(env.find((text) => text.startsWith("LANG="))).toBe(lang && `LANG=${lang}`);
    expect(Object.keys(files).filter((path) => path.startsWith("usr/lib/locale/"))).toEqual(
      names.map((name) => `usr/lib/locale/${name}`),
    );
    expect(names.some((name) => name.startsWith("de")) ? files["usr/lib/locale/de_DE.utf8/LC_CTYPE"] : "ctype").toBe(
      "ctype",
    );
  });

  test("is refused if the distribution does not provide it", async () => {
    await expect(made({ flags: { locale: "de_DX.UTF-8" } })).rejects.toMatchObject({
      code: "BASE_LOCALE_UNKNOWN",
      message: "the package locales-all has no locale de_DX.UTF-8 (did you mean de_DE.UTF-8?)",
    });
  });
});
