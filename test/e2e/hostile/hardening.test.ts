import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type PackagedPhases,
  type PhaseInputs,
  packagedPhases,
  runtimes,
} from "../../support/hostile/packaged-phases.ts";

// A buildpack as an author writes it, packaged for each runtime and unpacked as a builder contains it.
const source = `
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { defineBuildpack, fail } from "libcnb";

const names = (env) => Object.keys(env).sort();

export default defineBuildpack({
  async detect({ app, log }) {
    if (await app.exists("started")) log.info(readFileSync("/proc/self/environ", "latin1").split("\\0").join("\\n"));
    return fail("none");
  },
  async build({ env, log, run }) {
    const { stdout } = await run("env", [], { output: "capture" });
    const own = await promisify(execFile)("env");
    log.info(JSON.stringify({ context: env, tool: stdout.trim().split("\\n"), process: names(process.env), own: own.stdout.trim().split("\\n") }));
  },
});
`;

const untouched = { exitCode: 100, stdout: "  none\n", stderr: "", files: [] };

// What each would do, and does to the executable without the program that starts it, is in the second column.
const variables: readonly (readonly [name: string, effect: string | undefined, value: string])[] = [
  ["LD_PRELOAD", "stderr", "/no/such.so"],
  ["LD_AUDIT", "stderr", "/no/such.so"],
  ["LD_LIBRARY_PATH", "exitCode", "<scratch>/../platform/lib"],
  ["LD_DEBUG", "stderr", "libs"],
  ["LD_DEBUG_OUTPUT", undefined, "<scratch>/debug"],
  ["LD_SHOW_AUXV", "stdout", "1"],
  ["LD_TRACE_LOADED_OBJECTS", "stdout", "1"],
  ["LD_BIND_NOW", undefined, "1"],
  ["GLIBC_TUNABLES", undefined, "glibc.malloc.check=3"],
  ["GCONV_PATH", undefined, "<scratch>"],
  ["MALLOC_PERTURB_", undefined, "165"],
  ["OPENSSL_CONF", undefined, "<scratch>/none.cnf"],
  ["OPENSSL_MODULES", undefined, "<scratch>"],
  ["OPENSSL_ENGINES", undefined, "<scratch>"],
  ["SSLKEYLOGFILE", undefined, "<scratch>/keys"],
  ["ICU_DATA", undefined, "<scratch>"],
  ["UV_THREADPOOL_SIZE", undefined, "1"],
  ["NODE_OPTIONS", undefined, "--require=<scratch>/evil.cjs --no-such-option"],
  ["NODE_PATH", undefined, "<scratch>"],
  ["NODE_EXTRA_CA_CERTS", undefined, "<scratch>/none.pem"],
  ["NODE_TLS_REJECT_UNAUTHORIZED", undefined, "0"],
  ["NODE_V8_COVERAGE", "files", "<scratch>/coverage"],
  ["NODE_COMPILE_CACHE", "files", "<scratch>/cache"],
  ["NODE_REPL_EXTERNAL_MODULE", "exitCode", "<scratch>/evil.cjs"],
  ["NODE_ICU_DATA", undefined, "<scratch>"],
  ["NODE_DEBUG", undefined, "fs,module"],
  ["NODE_DEBUG_NATIVE", undefined, "mksnapshot"],
  ["NODE_REDIRECT_WARNINGS", undefined, "<scratch>/warnings"],
  ["NODE_PENDING_DEPRECATION", undefined, "1"],
  ["NODE_CHANNEL_FD", undefined, "1"],
  ["NODE_UNIQUE_ID", undefined, "1"],
  ["NODE_TEST_CONTEXT", undefined, "child"],
  ["NODE_SKIP_PLATFORM_CHECK", undefined, "1"],
  ["BUN_OPTIONS", undefined, "--preload=<scratch>/evil.cjs"],
  ["BUN_BE_BUN", undefined, "1"],
];
const brokenLibrary = { "lib/libstdc++.so.6": "not a library" };
const isReadAtStart = (name: string) => !name.startsWith("BUN_");

const named = (name: string) => (line: string) =>
  line === name || line.startsWith(`${name}=`) || line.startsWith(`_${name.slice(1)}=`);
const passedOn = ["LD_LIBRARY_PATH", "MALLOC_PERTURB_", "ICU_DATA", "UV_THREADPOOL_SIZE"];
const dropped = variables.map(([name]) => name).filter((name) => !passedOn.includes(name));

describe.for(runtimes)("on the runtime %s,", (runtime) => {
  let dir: string;
  let call: PackagedPhases["call"];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "hardening-"));
    ({ call } = await packagedPhases(dir, runtime, { "src/buildpack.ts": source }));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  /** The environment that a build got. */
  async function seen(given: PhaseInputs) {
    const { stdout, stderr, exitCode } = await call("build", given);
    expect([exitCode, stderr]).toEqual([0, ""]);
    return JSON.parse(stdout) as { context: Record<string, string>; tool: string[]; process: string[]; own: string[] };
  }

  describe("the environment variable", () => {
    test.for(variables)("%s of an earlier buildpack has no effect on detect", async ([name, , value]) => {
      expect(await call("detect", { env: { [name]: value }, platform: brokenLibrary })).toEqual(untouched);
    });

    // The small engine reads no variables, so nothing has to remove them.
    const ofNode = runtime === "node" ? variables : [];
    test.for(ofNode.filter(([name]) => isReadAtStart(name)))(
      "%s of an earlier buildpack is removed before the executable starts",
      async ([name, , value]) => {
        const { stdout } = await call("detect", { app: ["started"], env: { [name]: value } });
        expect(stdout.split("\n").filter((line) => line.trim().startsWith(`${name}=`))).toEqual([]);
      },
    );

    test.for(ofNode.filter(([, effect]) => effect !== undefined))(
      "%s of an earlier buildpack would change the %s of the executable if it was not removed",
      async ([name, effect = "", value]) => {
        const direct = await call("detect", { isDirect: true, env: { [name]: value }, platform: brokenLibrary });
        const changed = Object.entries(direct).filter(
          ([part, found]) => JSON.stringify(found) !== JSON.stringify(untouched[part as keyof typeof untouched]),
        );
        expect(changed.map(([part]) => part)).toContain(effect);
      },
    );
  });

  // Who sets them means the tools: trusted certificates, languages, where names are looked up. The executable has them too.
  test.for([
    ["SSL_CERT_FILE", "<scratch>/none.pem"],
    ["SSL_CERT_DIR", "<scratch>"],
    ["LC_ALL", "tr_TR.UTF-8"],
    ["LANG", "tr_TR.UTF-8"],
    ["LOCPATH", "<scratch>"],
    ["NLSPATH", "<scratch>/%N"],
    ["TZDIR", "<scratch>"],
    ["HOSTALIASES", "<scratch>/hosts"],
    ["RES_OPTIONS", "attempts:1"],
    ["TMPDIR", "<scratch>/none"],
  ] as const)("the environment variable %s has no effect on detect, but is passed to tools", async ([name, value]) => {
    expect(await call("detect", { env: { [name]: value } })).toEqual(untouched);
    const { context, tool } = await seen({ env: { [name]: value.replace("<scratch>", "/scratch") } });
    const expected = value.replace("<scratch>", "/scratch");
    expect([context[name], tool]).toEqual([expected, expect.arrayContaining([`${name}=${expected}`])]);
  });

  test("environment variables of an earlier buildpack that change how programs start are passed neither to the buildpack nor to its tools", async () => {
    const harmless = Object.fromEntries(dropped.map((name) => [name, ""]));
    const { context, tool, process, own } = await seen({ env: harmless });
    for (const name of dropped) {
      const lines = [...Object.keys(context), ...tool, ...process, ...own].filter(named(name));
      expect({ name, lines }).toEqual({ name, lines: [] });
    }
  });

  test("tools get the environment variables of the user and of their layers", async () => {
    const user = {
      NODE_OPTIONS: "--max-old-space-size=512",
      NODE_EXTRA_CA_CERTS: "/ca.pem",
      OPENSSL_CONF: "/dev/null",
    };
    const env = { LD_LIBRARY_PATH: "/layers/x/lib", NODE_ENV: "test", UV_THREADPOOL_SIZE: "7" };
    const { context, tool, process, own } = await seen({ user, env });
    expect(context).toMatchObject({ ...user, ...env });
    const lines = Object.entries({ ...user, ...env }).map(([name, value]) => `${name}=${value}`);
    expect(tool).toEqual(expect.arrayContaining(lines));
    // what the buildpack starts by itself gets the layers' only
    expect(own).toEqual(expect.arrayContaining(lines.slice(3)));
    expect(process.filter((name) => name in user || /^_./.test(name))).toEqual([]);
  });
});
