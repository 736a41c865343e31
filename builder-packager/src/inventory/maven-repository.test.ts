import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { mavenRepository } from "./maven-repository.ts";

const settings = "<mirror><mirrorOf>central</mirrorOf><url>https://mirror.test/m</url></mirror>";

async function home(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "maven-home-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  await mkdir(join(dir, ".m2"));
  return dir;
}

test("the Maven repository is the mirror in the user's settings, also behind a symbolic link", async () => {
  const dir = await home();
  await writeFile(join(dir, "settings.xml"), settings);
  await symlink("../settings.xml", join(dir, ".m2/settings.xml"));
  expect(await mavenRepository({ env: { HOME: dir } })).toBe("https://mirror.test/m");
});

test("settings of Maven that are larger than 1 MiB are an error, because they may declare a mirror", async () => {
  const dir = await home();
  const file = join(dir, ".m2/settings.xml");
  await writeFile(file, settings + " ".repeat(1024 ** 2));
  await expect(mavenRepository({ env: { HOME: dir } })).rejects.toMatchObject({
    code: "INVENTORY_SOURCE_UNAVAILABLE",
    message: `cannot read the settings of Maven in ${file}: it is larger than 1 MiB`,
  });
});
