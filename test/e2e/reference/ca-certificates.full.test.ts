// @needs busybox
// @needs openssl
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testCertificate } from "../../../buildpacks/ca-certificates/src/test-certificates.ts";
import { cnb, cnbSucceeds, root } from "../../support/cnb.ts";
import { tinyImage } from "../../support/tiny/images.ts";
import { busybox } from "./utilities-world.ts";

let dir: string;

/** Builds an app with the buildpack into an image for which nothing but the app has a program. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ca-certificates-image-"));
  await chmod(dir, 0o755);
  await writeFiles(join(dir, "app"), {
    ...busybox,
    Procfile: "web: /workspace/busybox env\nfiles: /workspace/busybox find /tmp\n",
    "bindings/company/type": "ca-certificates",
    "bindings/company/root.pem": testCertificate(),
    "broken/company/type": "ca-certificates",
    "broken/company/root.pem": "hello",
  });
  await oci.write(await tinyImage(dir), { kind: "oci", dir: join(dir, "empty") }, { name: "empty:1" });
  const names = ["ca-certificates", "procfile"];
  for (const name of names) {
    const output = ["--runtime", "small", "--output", `oci:${dir}/${name}`];
    await cnbSucceeds(["buildpack", "package", join(root, "buildpacks", name), ...output]);
  }
  const lines = [
    `[build]\nimage = "oci:${dir}/empty"\n[[run.images]]\nimage = "oci:${dir}/empty"`,
    ...names.map((name) => `[[buildpacks]]\nuri = "oci:${dir}/${name}"`),
    `[[order]]\ngroup = [${names.map((name) => `{ id = "libcnb/${name}", version = "0.1.0" }`).join(", ")}]\n`,
  ];
  await writeFile(join(dir, "builder.toml"), lines.join("\n"));
  await cnbSucceeds(["builder", "create", `oci:${dir}/builder`, "--config", join(dir, "builder.toml")]);
  await cnbSucceeds([
    "build",
    `oci:${dir}/image`,
    "--path",
    join(dir, "app"),
    "--env",
    "BP_RUNTIME_CERT_BINDING_DISABLED=false",
    "--builder",
    `oci:${dir}/builder`,
    "--run-image",
    `oci:${dir}/empty`,
  ]);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The variables of a container, and what its start printed. */
async function started(bindings: string, ...args: string[]) {
  const { exitCode, stdout, stderr } = await cnb([
    "run",
    `oci:${dir}/image`,
    "--env",
    `SERVICE_BINDING_ROOT=/workspace/${bindings}`,
    ...args,
  ]);
  return { exitCode, lines: stdout.replaceAll(/ca-certificates-\w{6}/g, "<made>").split("\n"), stderr };
}

test("an image without a shell trusts the CA certificates in the container's bindings", async () => {
  const { lines } = await started("bindings");
  expect(lines.filter((line) => /^(SSL|NODE|CURL)_/.test(line)).toSorted()).toEqual([
    "NODE_EXTRA_CA_CERTS=/tmp/<made>/extra.pem",
    "SSL_CERT_DIR=/etc/ssl/certs:/tmp/<made>/certs",
    "SSL_CERT_FILE=/tmp/<made>/ca-certificates.crt",
  ]);
  const files = await started("bindings", "--process", "files");
  const names = files.lines.map((line) => line.replace(/[0-9a-f]{8}\.0$/, "<hash>.0"));
  expect(names.filter((name) => /\.\w+$/.test(name)).toSorted()).toEqual([
    "/tmp/<made>/ca-certificates.crt",
    "/tmp/<made>/certs/1.pem",
    "/tmp/<made>/certs/<hash>.0",
    "/tmp/<made>/extra.pem",
  ]);
});

test("an image without a shell starts the app despite an invalid binding, and warns", async () => {
  const { exitCode, lines, stderr } = await started("broken");
  expect([exitCode, lines.filter((line) => line.startsWith("SSL_"))]).toEqual([0, []]);
  expect(stderr).toContain("WARNING: /workspace/broken/company/root.pem is ignored: it contains no certificate\n");
});
