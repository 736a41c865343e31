import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  archiveDirectory,
  archiveOf,
  created,
  debOf,
  file,
  filesOf,
  published,
  type RequestedPackage,
  served,
  type TestPackage,
} from "../../../test/support/images/debian-archive.ts";
import { openLockFile } from "../config/lock-file.ts";
import { serializeIndex } from "../oci/model/image-index.ts";

let dir: string;
beforeEach(async () => {
  dir = await archiveDirectory();
});

const library = (version = "1.0-1"): TestPackage => ({
  name: "library",
  version,
  entries: [file("usr/lib/l.so", version)],
});
const tool: TestPackage = { name: "tool", fields: "Depends: library", entries: [file("usr/bin/tool", "t", 0o755)] };
const locales: TestPackage = { name: "locales-all", entries: [file("usr/lib/locale/de_DE.utf8/LC_CTYPE", "ctype")] };
/** Packages whose images depend on each field of their description. */
const everyField: readonly TestPackage[] = [
  {
    name: "same",
    fields: "Multi-Arch: same\nEssential: yes\nPriority: required",
    entries: [file("usr/lib/s.so", "s")],
  },
  { name: "old", fields: "Essential: yes", entries: [file("etc/shared", "old")] },
  { name: "replacing", fields: "Depends: old\nReplaces: old\nBreaks: gone", entries: [file("etc/shared", "new")] },
];
const architectures = ["amd64", "arm64"];
const archive = (version?: string) => archiveOf([library(version), tool, locales], { architectures });
const wanted: RequestedPackage = {
  packages: ["library"],
  build: ["tool"],
  flags: { locale: "de_DE.UTF-8", arch: architectures },
};

/** Makes images under the lock file, and gives their digests or the refusal. */
async function locked(
  mirror: string,
  more: RequestedPackage & { readonly renew?: boolean; readonly cache?: string } = {},
) {
  const { renew = false, cache = "cache", options, ...others } = more;
  const lock = await openLockFile(join(dir, "base.lock"), { command: "cnb base create", renew });
  const cacheDir = join(dir, cache);
  const { images } = await created(mirror, dir, { ...wanted, ...others, options: { ...options, cacheDir, lock } });
  await lock.finish();
  return [images.build, images.run].map((index) => serializeIndex(index).top.digest);
}

const lockText = () => readFile(join(dir, "base.lock"), "utf8");

describe("a lock file of base images", () => {
  test("pins every package by version, checksum and URL", async () => {
    await locked(await published(await archive(), dir));
    const text = (await lockText()).replace(/sha256:[0-9a-f]{64} \d+/g, "SHA256");
    expect(text.slice(0, text.indexOf('[targets."linux/arm64"'))).toMatchInlineSnapshot(`
      "# Written by \`cnb base create --lock\`, renewed by \`--update-lock\`. Keep it in version control.
      version = 1

      [targets."linux/amd64".archive]
      codename = "test"
      origin = "Debian"
      version = "12.3"

      [targets."linux/amd64".build-packages]
      tool = "1.0-1 SHA256 pool/main/tool_1.0-1_amd64.deb"

      [targets."linux/amd64".locale-packages]
      locales-all = "1.0-1 SHA256 pool/main/locales-all_1.0-1_amd64.deb"

      [targets."linux/amd64".packages]
      library = "1.0-1 SHA256 pool/main/library_1.0-1_amd64.deb"

      [targets."linux/amd64".request]
      build-packages = "tool"
      components = ""
      locale = "de_DE.UTF-8"
      packages = "library"
      run-packages = ""
      suite = "test"
      timezone = "no"
      variants = "minimal minimal"
      without = ""

      "
    `);
  });

  test("reproduces the images after the archive has been updated", async () => {
    const first = await locked(await published(await archive(), dir));
    const before = await lockText();
    const { url, requests } = await served(new Map([...(await archive()), ...(await archive("2.0-1"))]));
    expect(await locked(url, { cache: "other" })).toEqual(first);
    expect(requests.sort()).toEqual(
      architectures
        .flatMap((name) => ["library", "locales-all", "tool"].map((item) => `pool/main/${item}_1.0-1_${name}.deb`))
        .sort(),
    );
    expect(await lockText()).toBe(before);

    expect(await locked(url, { renew: true })).not.toEqual(first);
    expect(await lockText()).toContain('library = "2.0-1 sha256:');
  });

  test.for<[string, RequestedPackage]>([
    ["minimal", {}],
    ["distroless", {}],
    ["full", {}],
    ["full for two architectures", { flags: { arch: architectures } }],
    ["full with a distroless run image", { config: '[run]\nvariant = "distroless"\n' }],
  ])("lets a later build reproduce identical images of the variant %s", async ([name, more]) => {
    const [variant = ""] = name.split(" ");
    const stated = more.config === undefined ? { variant } : {};
    const config = more.config && `[build]\nvariant = "full"\n${more.config}`;
    const mirror = await published(await archiveOf(everyField, { architectures }), dir);
    const request: RequestedPackage = {
      packages: ["same", "replacing"],
      build: [],
      ...(config !== undefined && { config }),
      flags: { arch: ["amd64"], ...more.flags, ...stated },
    };
    const unlocked = await created(mirror, dir, { ...request, options: { cacheDir: join(dir, "none") } });
    const expected = [unlocked.images.build, unlocked.images.run].map((index) => serializeIndex(index).top.digest);
    expect(await locked(mirror, request)).toEqual(expected);
    expect(await locked(mirror, { ...request, cache: "other" })).toEqual(expected);
  });

  test("accepts packages from a local directory if their checksums match", async () => {
    const first = await locked(await published(await archive(), dir));
    await mkdir(join(dir, "debs"));
    let number = 0;
    for (const name of architectures)
      for (const item of [library(), tool, locales])
        await writeFile(join(dir, `debs/${number++}.deb`), await debOf(item, name));
    expect(await locked(`file://${dir}/debs`, { cache: "other" })).toEqual(first);
  });

  test("with a package that is no longer available causes an error with the URL that was tried", async () => {
    await locked(await published(await archive(), dir));
    const { url } = await served(await archive("2.0-1"));
    const error = await locked(url, { cache: "other" }).catch((reason) => reason);
    expect([error.code, error.message.replaceAll(url, "MIRROR")]).toEqual([
      "BASE_LOCK_GONE",
      "cannot fetch library 1.0-1, which the lock file pins, from any mirror:\n  MIRROR/pool/main/library_1.0-1_amd64.deb",
    ]);
  });

  test("refuses a package whose contents changed", async () => {
    await locked(await published(await archive(), dir));
    const changed = await archive();
    changed.set(
      "pool/main/tool_1.0-1_amd64.deb",
      await debOf({ ...tool, entries: [file("usr/bin/tool", "evil", 0o755)] }),
    );
    const { url } = await served(changed);
    await expect(locked(url, { cache: "other" })).rejects.toMatchObject({ code: "BASE_LOCK_GONE" });
  });

  test.for<[string, RequestedPackage, string]>([
    ["other packages", { packages: ["tool"] }, "linux/amd64 request packages: is tool, but locked as library"],
    [
      "another locale",
      { flags: { ...wanted.flags, locale: "C" } },
      "linux/amd64 request locale: is C, but locked as de_DE.UTF-8",
    ],
    [
      "another variant",
      { flags: { ...wanted.flags, variant: "distroless" } },
      "linux/amd64 request variants: is distroless distroless, but locked as minimal minimal",
    ],
  ])("is refused if base.toml or the flags request %s", async ([, other, line]) => {
    const mirror = await published(await archive(), dir);
    await locked(mirror);
    const error = await locked(mirror, other).catch((reason) => reason);
    expect(error.code).toBe("LOCK_STALE");
    expect(error.message.split("\n").slice(0, 2)).toEqual([
      "base.lock no longer matches what this command would use:",
      `  ${line}`,
    ]);
  });

  test("stays valid after a change of users, files or environment variables", async () => {
    const mirror = await published(await archive(), dir);
    const first = await locked(mirror);
    const content = Buffer.from("x");
    const config = '[run]\nuid = 7\n[env]\nA = "1"\n';
    const second = await locked(mirror, { config, loaded: { files: [{ path: "/x", type: "file", content }] } });
    expect(second).not.toEqual(first);
  });

  test("is extended for a new architecture and keeps the packages of the other architectures", async () => {
    const mirror = await published(await archive(), dir);
    await locked(mirror, { flags: { ...wanted.flags, arch: ["arm64"] } });
    const before = await lockText();
    await locked(mirror);
    const after = await lockText();
    expect(after.includes(before.slice(before.indexOf('[targets."linux/arm64"')))).toBe(true);
    expect(after).toContain('[targets."linux/amd64".packages]');
  });

  test.for<[string, string]>([
    ["a malformed digest", 'library = "1.0-1 sha256:abc 1 x.deb"'],
    ["a file path that contains ..", `library = "1.0-1 sha256:${"a".repeat(64)} 1 ../../etc/x.deb"`],
  ])("with %s is refused", async ([, pin]) => {
    const text = `version = 1\n[targets."linux/amd64".request]\nsuite = "test"\n[targets."linux/amd64".packages]\n${pin}\n`;
    await writeFile(join(dir, "base.lock"), text);
    await expect(locked("file:///nowhere")).rejects.toMatchObject({
      code: "LOCK_INVALID",
      message:
        'the entry "library" in the section "packages" of the lock file does not have the form "VERSION sha256:DIGEST SIZE FILE"',
    });
  });
});

test("base images for several architectures contain the package files of their own architecture", async () => {
  const { images } = await created(await published(await archive(), dir), dir, wanted);
  const found = images.run.images.map((image) => image.config.architecture);
  expect(found).toEqual(architectures);
  const [amd64, arm64] = await Promise.all(images.run.images.map(filesOf));
  expect([amd64?.["lib64"], arm64?.["lib64"]]).toEqual(["-> usr/lib64", undefined]);
  expect(arm64?.["var/lib/dpkg/status.d/library"]).toBe("Package: library\nVersion: 1.0-1\nArchitecture: arm64\n");
});
