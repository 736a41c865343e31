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
import { startDocker } from "../../support/service.ts";

const world = useJavaWorld();
let daemon: Awaited<ReturnType<typeof startDocker>>;
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

/** What a shell prints in a container of the image, which sees what the app would see. */
async function printed(flags: readonly string[], script: string): Promise<string> {
  const launcher = ["--rm", "--network", "host", "--entrypoint", "/cnb/lifecycle/launcher"];
  return (await daemon.docker("run", ...launcher, ...flags, name, "--", "sh", "-c", script)).stdout;
}

const heap = `java -XX:+PrintFlagsFinal -version 2>/dev/null | sed -n 's/.* MaxHeapSize *= *\\([0-9]*\\).*/\\1/p'`;

test.for<[string, readonly string[], readonly [least: number, most: number]]>([
  ["of 512 MB", ["--memory", "512m"], [300, 310]],
  ["of 1 GB that can only be read", ["--memory", "1g", "--read-only"], [710, 720]],
  ["with its memory calculated", ["--memory", "1g", "--env", "BPL_JVM_MEMORY_CALCULATOR=true"], [400, 600]],
  ["that is too small for it", ["--memory", "64m", "--env", "BPL_JVM_MEMORY_CALCULATOR=true"], [28, 34]],
  ["of somebody who knows better", ["--memory", "512m", "--env", "JAVA_TOOL_OPTIONS=-Xmx77m"], [77, 80]],
])("a container %s gives the heap its share", async ([, flags, [least, most]]) => {
  const megabytes = Number(await printed(flags, heap)) / 1024 ** 2;
  expect(megabytes).toBeGreaterThanOrEqual(least);
  expect(megabytes).toBeLessThanOrEqual(most);
});

const authorities = `file=$(echo "$JAVA_TOOL_OPTIONS" | sed -n 's/.*trustStore=\\([^"]*\\)".*/\\1/p')
keytool -list -keystore "$file" -storepass changeit 2>/dev/null | sed -n 's/^\\(bound-[0-9]*\\),.*/\\1/p'`;

test.for<[string, readonly string[]]>([
  ["for whoever runs it", ["--user", "12345:12345"]],
  ["where only /tmp can be written to", ["--read-only", "--tmpfs", "/tmp"]],
  ["where only shared memory can be written to", ["--read-only"]],
])("a container trusts the CA certificates of its bindings %s", async ([, flags]) => {
  const bound = ["--volume", `${bindings}:/platform/bindings:ro`];
  expect(await printed([...bound, ...flags], authorities)).toBe("bound-0\n");
});
