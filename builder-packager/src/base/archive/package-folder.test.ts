import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import {
  type Archive,
  archiveDirectory,
  archiveOf,
  arOf,
  created,
  debOf,
  demo,
  file,
  filesOf,
  published,
  type RequestedPackage,
  served,
  type TestPackage,
} from "../../../../test/support/images/debian-archive.ts";
import { recordingReporter } from "../../reporter.ts";

let dir: string;
beforeEach(async () => {
  dir = await archiveDirectory();
});

const tool: TestPackage = { name: "tool", fields: "Depends: demo", entries: [file("usr/bin/tool", "t", 0o755)] };
const unsigned: RequestedPackage = { packages: ["tool"], flags: { allowUnsigned: true } };

async function folderOf(files: Readonly<Record<string, Buffer>>): Promise<string> {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(join(dir, "debs", name, ".."), { recursive: true });
    await writeFile(join(dir, "debs", name), bytes);
  }
  return `file://${dir}/debs`;
}

const debs = async () => ({
  "sub/anything.deb": await debOf(tool),
  "demo.deb": await debOf(demo),
  "demo-arm64.deb": await debOf({ ...demo, version: "9" }, "arm64"),
  "notes.txt": Buffer.from("no package"),
});

describe("a local directory of Debian packages", () => {
  test("is used as a mirror if it is marked as trusted", async () => {
    const { run } = await created(await folderOf(await debs()), dir, unsigned);
    const files = await filesOf(run);
    expect(files["var/lib/dpkg/status.d/demo"]).toBe("Package: demo\nVersion: 1.0-1\nArchitecture: amd64\n");
    expect(files["usr/bin/tool"]).toBe("t");
  });

  test("can be combined with a signed archive", async () => {
    const mirror = await published(await archiveOf([demo]), dir);
    const folder = await folderOf({ "tool.deb": await debOf(tool) });
    const { run } = await created(mirror, dir, {
      ...unsigned,
      flags: { allowUnsigned: true, mirror: [mirror, folder] },
    });
    expect((await filesOf(run))["usr/bin/tool"]).toBe("t");
  });

  test("is refused unless it is marked as trusted", async () => {
    await expect(created(await folderOf(await debs()), dir, { packages: ["tool"] })).rejects.toMatchObject({
      code: "BASE_UNSIGNED",
      message: `the packages in ${dir}/debs are unsigned`,
    });
  });

  test("provides the newest version of each package; a changed package changes the images", async () => {
    const url = await folderOf({ ...(await debs()), "new.deb": await debOf({ ...demo, version: "2.0-1" }) });
    const { run } = await created(url, dir, unsigned);
    expect((await filesOf(run))["var/lib/dpkg/status.d/demo"]).toContain("Version: 2.0-1");
    await folderOf({ "new.deb": await debOf({ ...demo, version: "2.0-2" }) });
    const { run: next } = await created(url, dir, unsigned);
    expect((await filesOf(next))["var/lib/dpkg/status.d/demo"]).toContain("Version: 2.0-2");
  });
});

describe("an archive without a signature", () => {
  const withoutSignature = async (): Promise<Archive> => {
    const archive = await archiveOf([demo]);
    const signed = Buffer.from(archive.get("dists/test/InRelease") ?? "").toString();
    archive.delete("dists/test/InRelease");
    const text = signed.slice(signed.indexOf("Origin:"), signed.indexOf("\n-----BEGIN PGP SIGNATURE"));
    return archive.set("dists/test/Release", Buffer.from(`${text}\n`));
  };

  test("is used with a warning if it is marked as trusted", async () => {
    const { url } = await served(await withoutSignature());
    const reporter = recordingReporter();
    const { run } = await created(url, dir, { flags: { allowUnsigned: true }, options: { reporter } });
    expect((await filesOf(run))["usr/bin/demo"]).toBe("-> usr/bin/a-demo");
    expect(reporter.lines.filter((line) => line.startsWith("warn"))).toEqual([
      `warn: ${url}/dists/test/Release is unsigned, which --allow-unsigned accepts`,
    ]);
  });

  test("is refused unless it is marked as trusted", async () => {
    const { url } = await served(await withoutSignature());
    await expect(created(url, dir)).rejects.toMatchObject({ code: "BASE_DOWNLOAD_FAILED" });
  });
});

const data = ["data.tar", Buffer.alloc(1024)] as const;
const binary = ["debian-binary", Buffer.from("2.0\n")] as const;
const evil = (entries: TestPackage["entries"], fields = "") => debOf({ name: "tool", fields, entries });

describe("a hostile Debian package in a local directory is refused", () => {
  test.for<[string, () => Promise<Buffer> | Buffer, string, string]>([
    [
      "is not an ar archive",
      () => Buffer.from("x"),
      "BASE_PACKAGE_INVALID",
      "the package tool.deb is not a Debian package that can be unpacked",
    ],
    [
      "states a wrong size in its ar header",
      () => Buffer.from(arOf([binary, data]).toString("latin1").replace("1024      ", "9999999999"), "latin1"),
      "BASE_PACKAGE_INVALID",
      "the package tool.deb is not a Debian package that can be unpacked",
    ],
    [
      "has no package name",
      () => arOf([binary, ["control.tar.gz", gzipSync(Buffer.alloc(1024))], data]),
      "BASE_PACKAGE_INVALID",
      "the package tool.deb is not a Debian package that can be unpacked",
    ],
    [
      "contains a path that leads out of the file system",
      () => evil([file("usr/../../etc/shadow", "x")]),
      "BASE_PACKAGE_INVALID",
      'the package tool cannot be unpacked: "./usr/../../etc/shadow" leads out of the file system',
    ],
    [
      "has a name that contains '..'",
      () => debOf({ name: "../evil", fields: "Provides: tool\n", entries: [] }),
      "BASE_INDEX_INVALID",
      'DIR/debs lists a package with an invalid name or version: name "../evil", version "1.0-1"',
    ],
    [
      "has a description that contains a second stanza",
      () => evil([], "Description: x\n\nPackage: demo\nVersion: 99\nArchitecture: amd64\n"),
      "BASE_PACKAGE_INVALID",
      "the package tool.deb is not a Debian package that can be unpacked",
    ],
    [
      "contains a cycle of symbolic links",
      () =>
        evil([
          { ...file("a", ""), type: "symlink", target: "b" } as never,
          { ...file("b", ""), type: "symlink", target: "a" } as never,
          file("a/x", "x"),
        ]),
      "BASE_PACKAGE_INVALID",
      'the package tool cannot be unpacked: the path "a/x" cannot be followed: it leads through too many symbolic links',
    ],
    [
      "contains a hard link to a file that it does not contain",
      () => evil([{ ...file("a", ""), type: "hardlink", target: "./etc/passwd" } as never]),
      "BASE_PACKAGE_INVALID",
      "the package tool cannot be unpacked: ./a is a hard link to a file that does not precede it in the archive",
    ],
    [
      "contains a file below a regular file",
      () => evil([file("usr/bin/tool", "x"), file("usr/bin/tool/x", "x")]),
      "BASE_PACKAGE_INVALID",
      "the package tool cannot be unpacked: cannot create usr/bin/tool/x, because usr/bin/tool is not a directory",
    ],
  ])("if it %s", async ([, make, code, message]) => {
    const url = await folderOf({ "tool.deb": await make() });
    const error = await created(url, dir, { ...unsigned, packages: ["tool"] }).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code });
    expect(error instanceof Error && error.message.replaceAll(dir, "DIR")).toBe(message);
  });
});
