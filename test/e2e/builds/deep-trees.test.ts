import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/** Directories nested deeper than any path reaches (PATH_MAX, 4095 bytes without the terminator), wherever a build or an app can have them. */
let world: TinyWorld;

const nest = (dir: string) => `
if test "$(cat /workspace/where)" = '${dir}'; then
  mkdir -p "${dir}"; cd "${dir}"; i=0
  while test $i -lt 30; do busybox mkdir $name; cd -P $name 2>/dev/null; i=$((i + 1)); done
  exit 0
fi
`;
const locations = ["/tmp", "/workspace", "$CNB_LAYERS_DIR/launched", "$CNB_LAYERS_DIR/cached"];
const types = `
mkdir -p "$CNB_LAYERS_DIR/launched" "$CNB_LAYERS_DIR/cached"
name=$(printf '%0200d' 0)
printf '[types]\\nlaunch = true\\n' > "$CNB_LAYERS_DIR/launched.toml"
printf '[types]\\ncache = true\\n' > "$CNB_LAYERS_DIR/cached.toml"
`;

beforeAll(async () => {
  world = await tinyWorld([shellScript("test/deep", `${types}${locations.map(nest).join("")}`)]);
  await world.write("plain", { where: "nowhere" });
});
afterAll(() => world?.remove());

test.for([
  [locations[0], 0, undefined],
  [locations[1], 1, /layer app: .* contains paths of more than 4095 bytes/],
  [locations[2], 1, /layer test\/deep:launched: .* contains paths of more than 4095 bytes/],
  [locations[3], 0, /WARNING: cannot keep the cache .*test_deep\/cached contains paths of more than 4095 bytes/],
] as const)(
  "after a build that nests directories too deeply in %s, no directory of the build is left",
  async ([where = "", exitCode, message]) => {
    await world.write("app", { where });
    const deep = await world.build(`oci:${world.location("out/deep")}`);
    expect(deep.stderr).not.toContain("cannot remove");
    expect(deep.exitCode, deep.stderr).toBe(exitCode);
    if (message) expect(deep.stderr).toMatch(message);
    if (exitCode !== 0) expect(deep.stderr).toContain("PATH_TOO_LONG");
    expect(readdirSync(world.location("cache/work"))).toEqual([]);
    const next = await world.build(`oci:${world.location("out/plain")}`, [], { app: "plain" });
    expect(next, next.stderr).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining("WARNING") });
  },
);

test("cnb build refuses an app that nests directories too deeply and names the directory", async () => {
  const app = await world.write("deep-app", { where: "nowhere" });
  const nesting = `import os, sys\nos.chdir(sys.argv[1])\nfor _ in range(30): os.mkdir("d" * 200); os.chdir("d" * 200)`;
  execFileSync("python3", ["-c", nesting.replace(": os.mkdir", ":\n os.mkdir"), app]);
  try {
    const { exitCode, stderr } = await world.build(`oci:${world.location("out/app")}`, [], { app: "deep-app" });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`PATH_TOO_LONG`)]);
    expect(stderr).toContain(`${app} contains paths of more than 4095 bytes`);
    expect(readdirSync(world.location("cache/work"))).toEqual([]);
  } finally {
    execFileSync("rm", ["-rf", app]);
  }
});
