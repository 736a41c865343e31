// @needs busybox, go, namespaces
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Digest, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signatureType } from "../../../builder-packager/src/signing/formats/predicate-types.ts";
import { statementAbout, statementMediaType } from "../../../builder-packager/src/signing/formats/statement.ts";
import { openKeylessSigner } from "../../../builder-packager/src/signing/keyless/open-keyless-signer.ts";
import { cnbInProcess } from "../../support/cnb-in-process.ts";
import { type MemoryRegistry, startMemoryRegistry } from "../../support/registry/memory.ts";
import { type Cosign, officialCosign } from "../../support/signing/cosign.ts";
import { writeSources } from "../../support/signing/output-sources.ts";
import { type Sigstore, startSigstore } from "../../support/signing/sigstore.ts";
import { bundleArtifact } from "../../support/signing/tampered.ts";
import { type KeylessBundle, keylessDefects } from "../../support/signing/tampered-keyless.ts";
import { tinyImage } from "../../support/tiny/images.ts";

const identity = "release@example.com";

let cosign: Cosign;
let sigstore: Sigstore;
let registry: MemoryRegistry;
beforeAll(async () => {
  cosign = await officialCosign();
  [sigstore, registry] = await Promise.all([
    startSigstore(cosign),
    startMemoryRegistry({ referrers: true, filtersReferrers: true }),
  ]);
  await writeSources(cosign.dir);
  await writeFile(join(cosign.dir, "token"), sigstore.issuer.tokenFor(identity));
  await writeFile(join(cosign.dir, "predicate.json"), '{"text":"é"}');
}, 1_800_000);
afterAll(async () => {
  await Promise.all([registry.stop(), sigstore.stop()]);
  await cosign.remove();
});

function cnb(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const { dir } = cosign;
  const env = { PATH: process.env["PATH"], HOME: dir, XDG_CACHE_HOME: join(dir, "cache"), ...more };
  return cnbInProcess(args, { cwd: dir, env });
}

async function succeeds(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cnb(args);
  if (exitCode !== 0) throw new Error(`cnb ${args.join(" ")} exited ${exitCode}\n${stderr}`);
  return stdout.trim();
}

let count = 0;
/** Pushes an image under a new name. */
async function pushed() {
  const name = `${registry.host}/keyless/${count++}:1`;
  const image = oci.mutate.labels(await tinyImage(cosign.dir), { count: `${count}` });
  return { name, digest: (await oci.write(image, parseImageReference(name))).digest };
}

const byConfig = () => ["--signing-config", sigstore.signingConfig];
const withToken = () => [...byConfig(), "--identity-token", "token"];

/** The signer that a verification expects. */
interface Expected {
  readonly identity?: string;
  readonly issuer?: string;
  readonly trustedRoot?: string;
}

const signerFlags = ({ identity: who = identity, issuer, trustedRoot }: Expected) => [
  `--certificate-identity=${who}`,
  `--certificate-oidc-issuer=${issuer ?? sigstore.issuer.url}`,
  `--trusted-root=${trustedRoot ?? sigstore.trustedRoot}`,
];

/** The decisions of cosign and cnb. */
async function decisions(name: string, expected: Expected = {}, type?: string): Promise<readonly string[]> {
  const flags = [...(type === undefined ? [] : ["--type", type]), ...signerFlags(expected)];
  const command = type === undefined ? "verify" : "verify-attestation";
  const theirs = await cosign.run(command, ...flags, "--insecure-ignore-sct", "--allow-insecure-registry", name);
  const ours = await cnb(["verify", name, ...flags]);
  return [theirs, ours].map(({ exitCode }) => (exitCode === 0 ? "accepted" : "refused"));
}
const accepted = ["accepted", "accepted"];
const refused = ["refused", "refused"];

describe("a keyless signature of cnb sign", () => {
  test("is accepted by cosign and cnb with the identity, the issuer and the trusted root of the signer", async () => {
    const { name, digest } = await pushed();
    expect(await succeeds("sign", name, ...withToken())).toBe(`${name}@${digest}`);
    expect(await decisions(name)).toEqual(accepted);
  });

  test.each<[string, () => Expected]>([
    ["another identity", () => ({ identity: "other@example.com" })],
    ["a part of the identity", () => ({ identity: "release@example" })],
    ["an identity that matches as a regular expression", () => ({ identity: "release.example.com" })],
    ["another issuer", () => ({ issuer: "https://other.example.com" })],
    ["another certificate authority in the trusted root", () => ({ trustedRoot: sigstore.otherRoot })],
  ])("is refused by cosign and cnb with %s", async (_, expected) => {
    const { name } = await pushed();
    await succeeds("sign", name, ...withToken());
    expect(await decisions(name, expected())).toEqual(refused);
  });

  test("is not a signature by a key", async () => {
    const { name } = await pushed();
    await succeeds("sign", name, ...withToken());
    await cosign.succeeds("generate-key-pair", "--output-key-prefix", "unrelated");
    const verified = await cnb(["verify", name, "--key", "unrelated.pub"]);
    expect(verified.stderr).toContain("CODE: SIGNATURE_INVALID");
  });
});

test("a keyless attestation of cnb attest is accepted by cosign and cnb", async () => {
  const { name } = await pushed();
  await succeeds("attest", name, "--type", "vuln", "--predicate", "predicate.json", ...withToken());
  expect(await decisions(name, {}, "vuln")).toEqual(accepted);
  // An attestation is enough for cosign verify.
  expect(await decisions(name)).toEqual(["accepted", "refused"]);
});

test("the keyless signature, provenance and SBOM of cnb build are accepted by cosign and cnb", async () => {
  const name = `${registry.host}/app:1`;
  await succeeds("builder", "create", "oci:builder", "-c", "builder.toml", "--launcher", "none");
  await succeeds("build", name, "--path", "app", "--builder", "oci:builder", ...withToken());
  for (const type of [undefined, "slsaprovenance1", "cyclonedx"])
    expect(await decisions(name, {}, type)).toEqual(accepted);
});

test("the keyless signature and attestation of cosign are accepted by cosign and cnb", async () => {
  const { name } = await pushed();
  const flags = [...withToken(), "--trusted-root", sigstore.trustedRoot, "--allow-insecure-registry", "-y"];
  await cosign.succeeds("sign", ...flags, name);
  await cosign.succeeds("attest", "--type", "vuln", "--predicate", "predicate.json", ...flags, name);
  expect(await decisions(name)).toEqual(accepted);
  expect(await decisions(name, {}, "vuln")).toEqual(accepted);
});

describe("a keyless signature", () => {
  let other: KeylessBundle;
  beforeAll(async () => {
    other = await bundleFor((await pushed()).digest);
  });

  /** A valid bundle for the image with a digest. */
  async function bundleFor(digest: Digest): Promise<KeylessBundle> {
    const choice = { signingConfig: sigstore.signingConfig, identityToken: join(cosign.dir, "token") };
    const signer = await openKeylessSigner(choice, {}, {});
    const statement = statementAbout("app", digest, { predicateType: signatureType, predicate: {} });
    return JSON.parse(Buffer.from(await signer.sign(statement, statementMediaType)).toString());
  }

  async function decisionsAbout(change: (bundle: KeylessBundle) => void): Promise<readonly string[]> {
    const { name, digest } = await pushed();
    const bundle = await bundleFor(digest);
    change(bundle);
    await oci.attach(parseImageReference(name), bundleArtifact(Buffer.from(JSON.stringify(bundle))));
    return decisions(name);
  }

  test("without a change is accepted by both cosign and cnb", async () => {
    expect(await decisionsAbout(() => undefined)).toEqual(accepted);
  });

  test.each(Object.entries(keylessDefects))(
    "with the change %j is refused by both cosign and cnb",
    async (_, change) => {
      expect(await decisionsAbout((bundle) => change(bundle, other))).toEqual(refused);
    },
  );
});

describe("cnb sign with an identity token", () => {
  test("that is expired attaches nothing, and prints no part of the token", async () => {
    const { name } = await pushed();
    const token = sigstore.issuer.tokenFor(identity, { exp: 1_000_000_000 });
    const { exitCode, stderr } = await cnb(["sign", name, ...byConfig()], { SIGSTORE_ID_TOKEN: token });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("CODE: SIGNING_FAILED");
    for (const part of token.split(".")) expect(stderr).not.toContain(part);
    expect(await oci.referrers(parseImageReference(name))).toEqual([]);
  });

  test("from GitHub Actions signs with the token that the token service of GitHub Actions returns", async () => {
    const { name } = await pushed();
    const asked: unknown[] = [];
    const service = createServer(({ url, headers }, response) => {
      asked.push([url, headers.authorization]);
      response.end(JSON.stringify({ value: sigstore.issuer.tokenFor(identity) }));
    }).listen(0, "127.0.0.1");
    await once(service, "listening");
    const address = `http://127.0.0.1:${(service.address() as AddressInfo).port}/token?api-version=2.0`;
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "secret" };
    expect(await cnb(["sign", name, ...byConfig()], env)).toMatchObject({ exitCode: 0 });
    service.close();
    expect(asked).toEqual([["/token?api-version=2.0&audience=sigstore", "Bearer secret"]]);
    expect(await decisions(name)).toEqual(accepted);
  });

  test.each<[string, readonly string[], string]>([
    ["a missing token", [], "SIGSTORE_FILE_INVALID"],
    ["a token that is not a JSON Web Token", ["--identity-token", "predicate.json"], "SIGSTORE_FILE_INVALID"],
    ["a token file that does not exist", ["--identity-token", "absent"], "SIGSTORE_FILE_INVALID"],
    ["an additional key", ["--key", "cosign.key"], "ARGUMENT_INVALID"],
  ])("refuses %s", async (_, flags, code) => {
    const { name } = await pushed();
    expect((await cnb(["sign", name, ...byConfig(), ...flags])).stderr).toContain(`CODE: ${code}`);
  });
});
