/**
 * Runs the end-to-end tests of the reference buildpacks without building anything, and writes each app that a test would
 * build into a directory. What tests start before a build, such as registries, is replaced by an object that does nothing.
 */
import { globSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { serialize } from "node:v8";
import { idleModule } from "./idle.ts";

const [dir = ""] = process.argv.slice(2);
const support = join(import.meta.dirname, "../..");
const suites = join(support, "../e2e");

const replaced: Readonly<Record<string, string>> = {
  vitest: "vitest.ts",
  "@libcnb/packager/testing": "builds.ts",
};

/** Modules that start servers, make builders or download archives. */
const started =
  /\/test\/.*\/(reference-world|(node|python|java)\/world|whole-world|foreign-world|utilities-servers|service|emulation|releases|npm-registry|private-\w+|dockerfile-app|official-\w+|maven-repository|app-docker)\.ts$/;
/** Suites that build nothing with a builder. */
const withoutBuilder = ["*/listings.all.test.ts", "node/old-node.full.test.ts", "node/private-registry.test.ts"];
const apps = /\/support\/apps\/app\.ts$/;

registerHooks({
  resolve(specifier, context, next) {
    const own = replaced[specifier];
    if (own !== undefined) return { url: pathToFileURL(join(import.meta.dirname, own)).href, shortCircuit: true };
    const resolved = next(specifier, context);
    if (!apps.test(resolved.url)) return resolved;
    return { ...resolved, url: pathToFileURL(join(import.meta.dirname, "builds.ts")).href };
  },
  load(url, context, next) {
    if (!started.test(url)) return next(url, context);
    return { format: "module", source: idleModule(new URL(url)), shortCircuit: true };
  },
});

const { record } = await import("./builds.ts");
const { runTests } = await import("./vitest.ts");

record.dir = dir;
const fixtures = join(support, "../fixtures/apps");
for (const name of await readdir(fixtures)) {
  record.from = `fixtures/apps/${name}`;
  await record.app({ folder: join(fixtures, name) }, {});
}
for (const file of globSync("{node,python,java,reference}/*.test.ts", {
  cwd: suites,
  exclude: withoutBuilder,
}).sort()) {
  record.from = file;
  await import(pathToFileURL(join(suites, file)).href);
  await runTests();
}
await writeFile(join(dir, "apps"), serialize(record.apps));
// servers that a test has started by itself are no reason to wait
process.exit(0);
