// @needs docker-registry
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { Command } from "commander";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandsFor } from "../../../builder-packager/src/commands/table.ts";
import { cnb, cnbSucceeds, root } from "../../support/cnb.ts";
import { type SecureRegistry, startTlsRegistry } from "../../support/registry/secure.ts";
import { tinyImage } from "../../support/tiny/images.ts";

let dir: string;
let registry: SecureRegistry;
let host: string;
beforeAll(async () => {
  [dir, registry] = await Promise.all([mkdtemp(join(tmpdir(), "configuration-")), startTlsRegistry()]);
  host = registry.host.replace("127.0.0.1", "0.0.0.0"); // loopback would be tried in plain http
});
afterAll(() => Promise.all([registry.stop(), rm(dir, { recursive: true, force: true })]));

/** The environment of a user whose configuration file has this text. */
async function configured(toml: string): Promise<NodeJS.ProcessEnv> {
  const LIBCNB_CONFIG = join(dir, "config.toml");
  await writeFile(LIBCNB_CONFIG, toml, { mode: 0o600 });
  return { ...process.env, HOME: dir, LIBCNB_CONFIG };
}

test("cnb's config.toml can set the mirror, the CA certificate and the credentials of a registry", async () => {
  const env = await configured(`ca-certificates = [${JSON.stringify(registry.certificates.ca)}]
[registry-mirrors]
"registry.invalid" = "${host}/mirrored"
[registry-logins."${host}"]
username = "me"
password = "secret"
`);
  const logins = { [host]: { username: "me", password: "secret" } };
  const image = await oci.write(await tinyImage(dir), parseImageReference(`${host}/mirrored/app:1`), {
    registry: { logins, caCertificates: [registry.certificates.ca] },
  });
  const inspect = (name: string) => cnbSucceeds(["inspect", name], { env });
  expect((await inspect(`${host}/mirrored/app:1`)).stdout).toContain(image.digest);
  expect((await inspect("registry.invalid/app:1")).stdout).toContain(image.digest);
});

const commands: Readonly<Record<string, readonly string[]>> = {
  build: ["oci:app", "--path", "test", "--builder", "registry.invalid/builder"],
  run: ["registry.invalid/app"],
  dev: ["test", "--builder", "registry.invalid/builder"],
  rebase: ["registry.invalid/app"],
  inspect: ["registry.invalid/app"],
  "buildpack package": ["my-buildpack", "-o", "oci:package"],
  "buildpack inspect": ["registry.invalid/buildpack"],
  "buildpack summarize": ["registry.invalid/buildpack"],
  "extension package": ["my-extension", "-o", "oci:package"],
  "extension inspect": ["registry.invalid/extension"],
  "builder create": ["oci:builder", "-c", "buildpacks/builder.toml"],
  "builder inspect": ["registry.invalid/builder"],
  "lifecycle create": ["oci:lifecycle"],
  "sbom download": ["registry.invalid/app"],
  copy: ["registry.invalid/app", "oci:app"],
  sign: ["registry.invalid/app", "--key", "cosign.key"],
  attest: ["registry.invalid/app", "--key", "cosign.key", "--type", "cyclonedx", "--predicate", "sbom.cdx.json"],
  verify: ["registry.invalid/app", "--key", "cosign.pub"],
  check: ["registry.invalid/app", "--policy", "test/fixtures/policies/policy.toml"],
  "image tags": ["registry.invalid/app"],
  "image digest": ["registry.invalid/app"],
  "image manifest": ["registry.invalid/app"],
  "image config": ["registry.invalid/app"],
  "image annotate": ["registry.invalid/app", "--annotation", "name=value"],
  "image delete": ["registry.invalid/app"],
  "config show": [],
  emit: ["tekton", "--image", "registry.invalid/app", "--builder", "registry.invalid/builder"],
  "base create": ["oci:base", "-c", "buildpacks/base.toml"],
};

test("every command that accesses registries reads cnb's config.toml", async () => {
  const program = new Command();
  for (const command of await commandsFor([])) command.register(program);
  const all = (command: Command, words: string): [string, Command][] =>
    command.commands.length === 0
      ? [[words.trim(), command]]
      : command.commands.flatMap((child) => all(child, `${words} ${child.name()}`));
  const reaching = all(program, "").filter(([, command]) => command.helpInformation().includes("--registry-mirror"));
  expect(reaching.map(([words]) => words).sort()).toEqual(Object.keys(commands).sort());

  const env = await configured('registry-mirorrs = "x"');
  for (const [words, args] of Object.entries(commands)) {
    const { exitCode, stderr } = await cnb([...words.split(" "), ...args], { env, cwd: root });
    expect([words, exitCode, stderr]).toEqual([
      words,
      3,
      expect.stringContaining(
        `${env["LIBCNB_CONFIG"]}:1:1: registry-mirorrs: unknown key; did you mean registry-mirrors?`,
      ),
    ]);
  }
});
