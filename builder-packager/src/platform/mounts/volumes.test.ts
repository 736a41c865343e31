import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkVolumes, mountsOfVolumes, parseVolume } from "./volumes.ts";

test.for<readonly [string, object]>([
  ["/src:/home/cnb/.m2", { source: "/src", target: "/home/cnb/.m2", writable: false }],
  ["./src:/a/b/:ro", { source: "./src", target: "/a/b", writable: false }],
  ["/src:/a//b/../c:rw", { source: "/src", target: "/a/c", writable: true }],
])("--volume %j is parsed as %j", ([text, volume]) => expect(parseVolume(text)).toEqual(volume));

test.for<readonly [string, string]>([
  ["/src", "is not SRC:DST or SRC:DST:rw, with an absolute path as DST"],
  ["/src:relative", "is not SRC:DST or SRC:DST:rw, with an absolute path as DST"],
  ["/src:/dst:rw,z", "is not SRC:DST or SRC:DST:rw, with an absolute path as DST"],
  ["/src:/dst:ro:rw", "is not SRC:DST or SRC:DST:rw, with an absolute path as DST"],
  [":/dst", "is not SRC:DST or SRC:DST:rw, with an absolute path as DST"],
  ["name:/dst", "refers to a named volume of a container engine, which cnb does not support"],
])("--volume %j is refused, because it %s", ([text, why]) => {
  expect(() => parseVolume(text)).toThrow(
    expect.objectContaining({ code: "ARGUMENT_INVALID", message: `--volume ${text} ${why}` }),
  );
});

test.for<readonly [string, string]>([
  ...["/cnb", "/layers", "/workspace", "/platform", "/proc", "/sys", "/dev"].flatMap((dir) => [
    [dir, dir] as const,
    [`${dir}/below/it`, dir] as const,
  ]),
  ["/workspace/../cnb/lifecycle", "/cnb"],
  ["/tmp", "/tmp"],
  ["/", "/"],
])(
  "--volume with the mount point %j is refused, because it would hide %s, which the build uses",
  async ([target, taken]) => {
    const volume = parseVolume(`/etc:${target}`);
    await expect(checkVolumes([volume])).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: `--volume /etc:${volume.target} cannot be mounted: it would hide ${taken}, which the build uses`,
    });
  },
);

test("a --volume whose source does not exist is refused", async () => {
  await checkVolumes([parseVolume("/etc:/layers-of-mine"), parseVolume("/etc/hostname:/tmp/name")]);
  await expect(checkVolumes([parseVolume("/etc/absent:/opt/a")])).rejects.toMatchObject({
    message: "--volume /etc/absent:/opt/a cannot be mounted: /etc/absent does not exist",
    hint: "Create the directory, or correct its path.",
  });
});

describe("nested --volume mounts", () => {
  let dir = "";
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "volumes-"));
    mkdirSync(join(dir, "src/node_modules"), { recursive: true });
    writeFileSync(join(dir, "file"), "");
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  test("are mounted parent before child, in any order on the command line", async () => {
    const volumes = [`${dir}/src:/app/node_modules`, `${dir}/src:/app`, `${dir}/file:/a`].map(parseVolume);
    await checkVolumes(volumes);
    expect(await mountsOfVolumes(volumes)).toEqual([
      { source: join(dir, "file"), target: "/a", readonly: true },
      { source: join(dir, "src"), target: "/app", readonly: true },
      { source: join(dir, "src"), target: "/app/node_modules", readonly: true },
    ]);
  });

  test.for<readonly [string, string, string, string]>([
    [
      "src:/app/absent",
      "src:/app",
      "cannot be mounted inside --volume src:/app: src/absent is not a directory",
      "Create this directory before you mount the volume.",
    ],
    [
      "file:/app/absent",
      "src:/app",
      "cannot be mounted inside --volume src:/app: src/absent is not a file",
      "Create this file before you mount the volume.",
    ],
    [
      "file:/app/node_modules",
      "src:/app",
      "cannot be mounted inside --volume src:/app: src/node_modules is not a file",
      "Create this file before you mount the volume.",
    ],
    ["src:/app", "file:/app", "has the same mount point as --volume file:/app", "Remove one of the two volumes."],
  ])('with %j inside %j are refused, because the inner mount "%s"', async ([inner, outer, why, hint]) => {
    const error = await checkVolumes([inner, outer].map((text) => parseVolume(`${dir}/${text}`))).catch(
      (error) => error,
    );
    expect({ message: error.message.replaceAll(`${dir}/`, ""), hint: error.hint }).toEqual({
      message: `--volume ${inner} ${why}`,
      hint,
    });
  });
});
