import { open } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

let world: TinyWorld;

beforeAll(async () => {
  world = await tinyWorld([shellScript("in/it", "true")]);
});

afterAll(() => world.remove());

test("a compiler that exceeds its memory limit fails with an error", async () => {
  await world.write("app", {
    "project.toml": `[_]\nschema-version = "0.2"\n[[io.buildpacks.group]]\nuri = "bp"\n`,
    "bp/buildpack.toml": `api = "0.10"\n[buildpack]\nid = "app/bp"\nversion = "1.0.0"\n`,
    "bp/src/buildpack.ts": `export { default } from "./large.ts";`,
  });
  const large = await open(join(world.location("app"), "bp/src/large.ts"), "w");
  const lines = Buffer.from("[{ b: [1, 2, 3], c: () => 1 }],\n".repeat(20_000));
  await large.write("export default [\n");
  for (let count = 0; count < 150; count++) await large.write(lines);
  await large.write("];\n");
  await large.close();
  const { exitCode, stderr } = await world.build("oci:out");
  expect(stderr).toContain("the compiler needs more than 1024 MiB of memory");
  expect(exitCode).toBe(1);
});
