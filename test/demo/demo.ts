/**
 * `npm run demo [-- APP]`: the whole path on this machine, each step as the command a user would type.
 * Leaves what it made under dist/demo/.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { cnb, root } from "../support/cnb.ts";
import { callWhenReady, freePort } from "../support/http.ts";
import { reasonForNoLifecycle } from "./lifecycle.ts";
import { bold, commandLine, fail, npmSetting, startCnb, step, total } from "./steps.ts";

const { values: debian, positionals } = demoArguments();
const from = process.env.INIT_CWD ?? process.cwd();
const app = resolve(from, positionals[0] ?? join(root, "test/fixtures/apps/express-service"));
if (!existsSync(app))
  fail(
    `${app} does not exist`,
    "Give the folder of an application in Java, Python or Node.js: npm run demo -- ./my-app",
  );

const out = relative(root, join(root, "dist/demo"));
mkdirSync(join(root, out), { recursive: true });

// Now, rather than after the minute that the images take.
const doctor = await cnb(["doctor"]);
if (doctor.exitCode !== 0) {
  console.error(doctor.stdout);
  fail("this machine cannot build images", "Follow the advice above, then try again.");
}

await step("Make base images from signed Debian packages", [
  ["base", "create", `oci:${out}/base`, "--config", "buildpacks/base.toml", ...debianFlags()],
]);
const noLifecycle = await reasonForNoLifecycle();
const launcher = noLifecycle === undefined ? [] : ["--launcher", "none"];
if (noLifecycle !== undefined)
  console.log(`\nNo lifecycle: ${noLifecycle}. The builder is created without one, so only cnb build can use it.`);
await step("Compile the reference buildpacks into one executable, and assemble a builder", [
  ["builder", "create", `oci:${out}/builder`, "--config", "buildpacks/builder.toml", ...launcher],
]);
// Node.js from the npm registry: whoever came this far has one.
const build = ["build", `oci:${out}/app`, "--path", relative(root, app) || ".", "--builder", `oci:${out}/builder`];
const settings = [
  "--env",
  "BP_NODE_DISTRIBUTION=npm",
  "--env",
  `NPM_CONFIG_REGISTRY=${npmSetting("registry")}`,
  ...mirrors(),
  ...authority(),
];
await step("Build the application", [[...build, ...settings]]);
await step("Look into the image", [["inspect", `oci:${out}/app`]]);

const port = await freePort();
await step("Start it without Docker, call it, stop it", async () => {
  const server = startCnb(["run", `oci:${out}/app`, "--env", `PORT=${port}`]);
  const called = callWhenReady(`http://127.0.0.1:${port}/`, 60_000).catch(() => undefined);
  const answer = await Promise.race([called, server.exited]);
  if (answer === undefined) {
    await server.stop();
    fail(
      "the image is made, but the application runs without listening on $PORT",
      `The demo waited a minute for http://127.0.0.1:${port}/. A server has to listen on 0.0.0.0 and the port in PORT; start another kind of application with npx cnb run.`,
    );
  }
  if (typeof answer === "number") {
    fail(
      `the image is made, but the application ended with exit code ${answer} instead of listening`,
      "The demo calls an HTTP server on $PORT; start another kind of application with npx cnb run.",
    );
  }
  console.log(`     GET / → ${answer.status} ${answer.body.trim().slice(0, 500)}`);
  const exitCode = await server.stop();
  console.log(`     stopped by SIGTERM${exitCode === 143 ? "" : `, exit code ${exitCode}`}`);
});

console.log(`
${bold(`Done in ${total()}.`)} Type next:
  npx cnb inspect oci:${out}/app
  npx cnb run oci:${out}/app --env PORT=8080
  npx cnb ${commandLine([...build, ...settings])}
  tar -C ${out}/app -c . | docker load
  npm run demo -- ./my-app
`);

/** The app's folder, and where Debian packages come from on a machine without apt. */
function demoArguments() {
  const options = { mirror: { type: "string" }, keyring: { type: "string" } } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return fail(
      error instanceof Error ? error.message : String(error),
      "The demo takes the folder of an application in Java, Python or Node.js: npm run demo -- ./my-app. On a machine without apt it also takes --mirror URL and --keyring FILE. The build gets npm's registry and cafile, PIP_INDEX_URL and the mirrors of runtimes (BP_CPYTHON_MIRROR, BP_JVM_MIRROR …); for other settings use the npx cnb build that the demo prints.",
    );
  }
}

function debianFlags(): string[] {
  const { mirror, keyring } = debian;
  return [...(mirror ? ["--mirror", mirror] : []), ...(keyring ? ["--keyring", resolve(from, keyring)] : [])];
}

/** Other places than those of everybody, for apps in Python and Java. */
function mirrors(): string[] {
  const given = [
    "PIP_INDEX_URL",
    "BP_CPYTHON_MIRROR",
    "BP_JVM_MIRROR",
    "BP_MAVEN_MIRROR",
    "BP_GRADLE_MIRROR",
    "BP_TOMCAT_MIRROR",
  ].map((name) => [name, process.env[name]] as const);
  return given.flatMap(([name, value]) => (value ? ["--env", `${name}=${value}`] : []));
}

/** Behind a proxy that signs for others, npm knows whom to trust. */
function authority(): string[] {
  const file = npmSetting("cafile");
  return file && file !== "null" ? ["--ca-cert", file] : [];
}
