// @needs mvn
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtInRepository, mavenRepository } from "./maven-repository.ts";

test("the default Maven repository is the mirror in the user's settings, or else that of the installed Maven", async () => {
  const home = await mkdtemp(join(tmpdir(), "maven-home-"));
  const env = { ...process.env, HOME: home };
  try {
    expect(await mavenRepository({ env })).toMatch(/^https:\/\/[^/]+\/\S*[^/]$/);
    expect(await mavenRepository({ env: { HOME: home, PATH: "/nowhere" } })).toBeUndefined();
    const mirror = "<mirror><mirrorOf>central</mirrorOf><url>https://mirror.test/m</url></mirror>";
    await mkdir(join(home, ".m2"));
    await writeFile(join(home, ".m2/settings.xml"), `<settings><mirrors>${mirror}</mirrors></settings>`);
    expect(await mavenRepository({ env })).toBe("https://mirror.test/m");
  } finally {
    await rm(home, { recursive: true });
  }
});

test("a directory that is not a Maven installation has no built-in repository", async () => {
  expect(await builtInRepository(import.meta.dirname)).toBeUndefined();
});
