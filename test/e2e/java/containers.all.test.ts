// @needs docker, dockerd, root
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type BuiltImage, buildImage } from "@libcnb/packager/testing";
import { writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { companyCertificate } from "../../../buildpacks/java-engine/src/trust/test-certificates.ts";
import { appFolder } from "../../support/apps/app.ts";
import { execute } from "../../support/cnb.ts";
import { plainJar, server } from "../../support/java/apps.ts";
import { useJavaWorld } from "../../support/java/world.ts";
import { type Engine, startDocker } from "../../support/service.ts";

const world = useJavaWorld();
let daemon: Engine;
let image: BuiltImage;
let name: string;
let bindings: string;

beforeAll(async () => {
  image = await buildImage({ ...world(), app: await appFolder(plainJar(server('"hello"'), "Build-Jdk-Spec: 17\n")) });
  const layout = image.reference.replace(/^oci:/, "");
  bindings = join(layout, "../bindings");
  await mkdir(bindings, { recursive: true });
  await writeFiles(bindings, { "company/type": "ca-certificates", "company/ca.pem": await companyCertificate() });
  daemon = await startDocker();
  await execute("sh", ["-c", `tar -C "${layout}" -c . > "${layout}.tar"`]);
  const { stdout } = await daemon.docker("load", "--input", `${layout}.tar`);
  await rm(`${layout}.tar`);
  name = /Loaded image(?: ID)?: (\S+)/.exec(stdout)?.[1] ?? "";
}, 900_000);
afterAll(async () => {
  await daemon?.stop();
  await image?.[Symbol.asyncDispose]();
});

/** The output of a shell in a container of the image, which has the environment of the app. */
async function printed(flags: readonly string[], script: string): Promise<string> {
  const launcher = ["--rm", "--network", "host", "--entrypoint", "/cnb/lifecycle/launcher"];
  return (await daemon.docker("run", ...launcher, ...flags, name, "--", "sh", "-c", script)).stdout;
}

const heap = `java -XX:+PrintFlagsFinal -version 2>/dev/null | sed -n 's/.* MaxHeapSize *= *\\([0-9]*\\).*/\\1/p'`;

test.for<[string, readonly string[], readonly [least: number, most: number]]>([
  ["of 512 MB", ["--memory", "512m"], [300, 310]],
  ["of 1 GB with a read-only file system", ["--memory", "1g", "--read-only"], [710, 720]],
  ["of 1 GB with the memory calculator", ["--memory", "1g", "--env", "BPL_JVM_MEMORY_CALCULATOR=true"], [400, 600]],
  [
    "of 64 MB, too small for the memory calculator",
    ["--memory", "64m", "--env", "BPL_JVM_MEMORY_CALCULATOR=true"],
    [28, 34],
  ],
  ["of 512 MB with the user's own -Xmx", ["--memory", "512m", "--env", "JAVA_TOOL_OPTIONS=-Xmx77m"], [77, 80]],
])("the JVM in a container %s gets a heap that fits the container's memory", async ([, flags, [least, most]]) => {
  const megabytes = Number(await printed(flags, heap)) / 1024 ** 2;
  expect(megabytes).toBeGreaterThanOrEqual(least);
  expect(megabytes).toBeLessThanOrEqual(most);
});

const authorities = `file=$(echo "$JAVA_TOOL_OPTIONS" | sed -n 's/.*trustStore=\\([^"]*\\)".*/\\1/p')
keytool -list -keystore "$file" -storepass changeit 2>/dev/null | sed -n 's/^\\(bound-[0-9]*\\),.*/\\1/p'`;

test.for<[string, readonly string[]]>([
  ["for any user", ["--user", "12345:12345"]],
  ["if only /tmp is writable", ["--read-only", "--tmpfs", "/tmp"]],
  ["if only /dev/shm is writable", ["--read-only"]],
])("the JVM in a container trusts the CA certificates of its bindings %s", async ([, flags]) => {
  const bound = ["--volume", `${bindings}:/platform/bindings:ro`];
  expect(await printed([...bound, ...flags], authorities)).toBe("bound-0\n");
});
