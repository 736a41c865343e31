// @needs root
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { checkReadable, findBindings } from "./bindings.ts";

const dir = mkdtempSync(join(tmpdir(), "bindings-"));
afterAll(() => rm(dir, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

const at = (name: string) => join(dir, name);

describe("service bindings are read from", () => {
  test("a directory that is a binding or contains bindings", async () => {
    write({ "npmrc/type": "npmrc", "all/a/type": "a", "all/b/type": "b", "all/other/key": "", "all/file": "" });
    expect(await findBindings([at("npmrc"), at("all/")])).toEqual([
      { name: "npmrc", dir: at("npmrc") },
      { name: "a", dir: at("all/a") },
      { name: "b", dir: at("all/b") },
    ]);
  });

  test("symbolic links, as Kubernetes mounts secrets", async () => {
    write({ "mounted/..2026/type": "maven" });
    symlinkSync("..2026", at("mounted/..data"));
    symlinkSync("..data/type", at("mounted/type"));
    write({ "several/..data/x": "" });
    symlinkSync("../mounted", at("several/linked"));
    expect(await findBindings([at("mounted")])).toEqual([{ name: "mounted", dir: at("mounted") }]);
    expect(await findBindings([at("several")])).toEqual([{ name: "linked", dir: at("mounted") }]);
  });
});

describe("service bindings are refused for", () => {
  const refused = (locations: readonly string[], message: string) =>
    expect(findBindings(locations)).rejects.toMatchObject({ code: "BINDING_INVALID", exitCode: 3, message });

  test("a missing directory and a directory that is not a binding", async () => {
    write({ "empty/sub/file": "" });
    await refused([at("absent")], `cannot read the service binding ${at("absent")}`);
    await refused(
      [at("empty")],
      `${at("empty")} is neither a service binding nor a directory of bindings: it contains no file called "type"`,
    );
    await refused([at("empty/sub/file")], `cannot read the service binding ${at("empty/sub/file")}`);
  });

  test("two bindings of the same name", async () => {
    write({ "one/same/type": "", "two/same/type": "" });
    await refused([at("one"), at("two")], "two service bindings have the name same");
  });

  test("a name that cannot be a directory name", async () => {
    write({ "odd/a b\n/type": "" });
    await refused([at("odd")], `the directory name "a b\\n" cannot be the name of a service binding`);
  });

  test("a binding with files that only root can read", async () => {
    write({ "secret/type": "t", "secret/password": "p" });
    const found = await findBindings([at("secret")]);
    const user = { uid: 1000, gid: 1000 };
    for (const mode of [0o644, 0o755]) chmodSync(at(mode === 0o755 ? "secret" : "secret/password"), mode);
    await checkReadable(found, user);
    chmodSync(at("secret/password"), 0o640);
    await expect(checkReadable(found, user)).rejects.toMatchObject({
      code: "BINDING_INVALID",
      message: "buildpacks cannot read password of the binding secret",
      hint: `Allow the user 1000 to read this entry, for example with chmod o+rX ${at("secret/password")}.`,
    });
  });
});
