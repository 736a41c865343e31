/**
 * `npm run demo [-- APP]`: creates base images and a builder, builds an app and starts it. Each step prints and runs
 * the command that a user would type. The images are in dist/demo/ afterwards.
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
    "Pass the directory of an application in Java, Python or Node.js: npm run demo -- ./my-app",
  );

const out = relative(root, join(root, "dist/demo"));
mkdirSync(join(root, out), { recursive: true });

// Checked first, because the failure would otherwise come only after the minute that the base images take.
const doctor = await cnb(["doctor"]);
if (doctor.exitCode !== 0) {
  console.error(doctor.stdout);
  fail("this machine cannot build images", "Follow the advice above, then try again.");
}

await step("Create base images from signed Debian packages", [
  ["base", "create", `oci:${out}/base`, "--config", "buildpacks/base.toml", ...debianFlags()],
]);
const noLifecycle = await reasonForNoLifecycle();
const launcher = noLifecycle === undefined ? [] : ["--launcher", "none"];
if (noLifecycle !== undefined)
  console.log(`\nNo lifecycle: ${noLifecycle}. The builder is created without one, so only cnb build can use it.`);
await step("Compile the reference buildpacks into one executable and create a builder", [
  ["builder", "create", `oci:${out}/builder`, "--config", "buildpacks/builder.toml", ...launcher],
]);
// Node.js comes from npm's registry, because a machine on which npm ci succeeded can reach it.
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
await step("Inspect the image", [["inspect", `oci:${out}/app`]]);

const port = await freePort();
await step("Start it without Docker, call it, stop it", async () => {
  const server = startCnb(["run", `oci:${out}/app`, "--env", `PORT=${port}`]);
  const called = callWhenReady(`http://127.0.0.1:${port}/`, 60_000).catch(() => undefined);
  const answer = await Promise.race([called, server.exited]);
  if (answer === undefined) {
    await server.stop();
    fail(
      "the image was built, but the application does not listen on $PORT",
      `The demo waited a minute for http://127.0.0.1:${port}/. A server must listen on 0.0.0.0 and the port in PORT. Start any other application with npx cnb run.`,
    );
  }
  if (typeof answer === "number") {
    fail(
      `the image was built, but the application ended with exit code ${answer} before it listened on $PORT`,
      "The demo calls an HTTP server on $PORT. Start any other application with npx cnb run.",
    );
  }
  console.log(`     GET / → ${answer.status} ${answer.body.trim().slice(0, 500)}`);
  const exitCode = await server.stop();
  console.log(`     stopped by SIGTERM${exitCode === 143 ? "" : `, exit code ${exitCode}`}`);
});

console.log(`
${bold(`Done in ${total()}.`)} Commands to try next:
  npx cnb inspect oci:${out}/app
  npx cnb run oci:${out}/app --env PORT=8080
  npx cnb ${commandLine([...build, ...settings])}
  tar -C ${out}/app -c . | docker load
  npm run demo -- ./my-app
`);

/** The app's directory, and the mirror and keyring of Debian packages for a machine without apt. */
function demoArguments() {
  const options = { mirror: { type: "string" }, keyring: { type: "string" } } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return fail(
      error instanceof Error ? error.message : String(error),
      "Pass the directory of an application in Java, Python or Node.js: npm run demo -- ./my-app. On a machine without apt, also pass --mirror URL and --keyring FILE. The build gets npm's registry and cafile, PIP_INDEX_URL and mirrors such as BP_CPYTHON_MIRROR and BP_JVM_MIRROR. For other settings, use the npx cnb build command that the demo prints.",
    );
  }
}

function debianFlags(): string[] {
  const { mirror, keyring } = debian;
  return [...(mirror ? ["--mirror", mirror] : []), ...(keyring ? ["--keyring", resolve(from, keyring)] : [])];
}

/** Options that pass the mirrors in the environment to the build, for apps in Python and Java. */
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

/** The option for npm's CA file: behind a proxy that intercepts TLS, it contains the proxy's CA certificate. */
function authority(): string[] {
  const file = npmSetting("cafile");
  return file && file !== "null" ? ["--ca-cert", file] : [];
}
