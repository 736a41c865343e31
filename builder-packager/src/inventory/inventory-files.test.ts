import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentReporter } from "../reporter.ts";
import { inventoriesAt, writeInventory } from "./inventory-files.ts";
import { updateInventory } from "./update-inventory.ts";

const text = '[[dependency-sources]]\nid = "tool"\ntype = "inventory"\npath = "other.toml"\n';
const large = "#".repeat(1024 ** 2 + 1);
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "inventory-files-"));
});
afterEach(() => rm(dir, { recursive: true }));

describe("an inventory file", () => {
  test("is found in a directory, also behind a symbolic link", async () => {
    const [real, link] = [join(dir, "real.toml"), join(dir, "inventory.toml")];
    await writeFile(real, text);
    await symlink(real, link);
    expect(await inventoriesAt([dir, link])).toEqual([{ path: link, text }]);
  });

  test("that is larger than 1 MiB is refused", async () => {
    const path = join(dir, "inventory.toml");
    await writeFile(path, large);
    await expect(inventoriesAt([dir])).rejects.toMatchObject({
      code: "INVENTORY_INVALID",
      message: `${path} cannot be read: it is larger than 1 MiB`,
    });
  });

  test("is replaced behind a symbolic link, with its mode, and without a file next to it", async () => {
    const [real, link, other] = [join(dir, "real.toml"), join(dir, "inventory.toml"), join(dir, "other")];
    await writeFile(real, text);
    await chmod(real, 0o664);
    await writeFile(other, "other");
    await symlink(real, link);
    await symlink(other, `${real}.new`);
    await writeInventory(link, "new");
    expect([await readFile(link, "utf8"), (await stat(real)).mode & 0o777]).toEqual(["new", 0o664]);
    expect(await readFile(other, "utf8")).toBe("other");
    expect((await readdir(dir)).toSorted()).toEqual(["inventory.toml", "other", "real.toml", "real.toml.new"]);
  });

  test("that is replaced by a directory before it is written is an error with a code", async () => {
    const path = join(dir, "inventory.toml");
    await mkdir(path);
    await expect(writeInventory(path, "new")).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
    expect(await readdir(dir)).toEqual(["inventory.toml"]);
  });
});

test("another inventory that is larger than 1 MiB is a failure of its source with a code", async () => {
  await writeFile(join(dir, "other.toml"), large);
  const host = { env: {}, reporter: silentReporter };
  const { failures } = await updateInventory({ file: join(dir, "inventory.toml"), text }, host);
  expect(failures).toMatchObject([
    {
      message: `tool is unchanged: cannot read the file ${join(dir, "other.toml")}: it is larger than 1 MiB`,
      error: { code: "INVENTORY_INVALID" },
    },
  ]);
});
