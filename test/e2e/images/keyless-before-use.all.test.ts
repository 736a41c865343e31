// @needs busybox, go, namespaces
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Digest, digestOf, parseImageReference } from "@libcnb/packager/oci";
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
/** The builder, signed by real cosign. */
let signedBuilder: string;
let signedBase: string;
let signedPackage: string;
let expiredRoot: string;
beforeAll(async () => {
  cosign = await officialCosign();
  [sigstore, registry] = await Promise.all([
    startSigstore(cosign),
    startMemoryRegistry({ referrers: true, filtersReferrers: true }),
  ]);
  await writeSources(cosign.dir, {
    "meta/buildpack.toml": `api = "0.12"\n[buildpack]\nid = "test/meta"\nversion = "1.0.0"\n[[order]]\ngroup = [{ id = "test/shell", version = "1.0.0" }]\n`,
  });
  await writeFile(join(cosign.dir, "token"), sigstore.issuer.tokenFor(identity));
  [signedBuilder, signedBase, signedPackage] = ["builder", "base", "package"].map(
    (name) => `${registry.host}/${name}:1`,
  ) as [string, string, string];
  await succeeds("copy", "oci:base", signedBase);
  await succeeds("builder", "create", signedBuilder, "-c", "builder.toml", "--launcher", "none");
  await succeeds("buildpack", "package", "buildpack", "-o", signedPackage);
  for (const name of [signedBuilder, signedBase, signedPackage]) await signed(name);
  expiredRoot = await writeExpiredRoot();
}, 1_800_000);
afterAll(async () => {
  await Promise.all([registry.stop(), sigstore.stop()]);
  await cosign.remove();
});

/** Copies the trusted root, with a certificate authority that was valid only in the year 2020. */
async function writeExpiredRoot(): Promise<string> {
  const root = JSON.parse(await readFile(sigstore.trustedRoot, "utf8"));
  for (const authority of root.certificateAuthorities)
    authority.validFor = { start: "2020-01-01T00:00:00Z", end: "2020-12-31T00:00:00Z" };
  const file = join(cosign.dir, "expired-root.json");
  await writeFile(file, JSON.stringify(root));
  return file;
}

/** Signs an image with the real cosign, without a key. */
async function signed(name: string): Promise<void> {
  const byIdentity = ["--signing-config", sigstore.signingConfig, "--identity-token", "token"];
  const flags = [...byIdentity, "--trusted-root", sigstore.trustedRoot, "--allow-insecure-registry", "-y"];
  await cosign.succeeds("sign", ...flags, name);
}

function cnb(...args: readonly string[]) {
  const { dir } = cosign;
  const env = { PATH: process.env["PATH"], HOME: dir, XDG_CACHE_HOME: join(dir, "cache") };
  return cnbInProcess(args, { cwd: dir, env });
}

async function succeeds(...args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await cnb(...args);
  if (exitCode !== 0) throw new Error(`cnb ${args.join(" ")} exited ${exitCode}\n${stderr}`);
}

/** The signer that a demand names. */
interface Signer {
  readonly identity?: string;
  readonly issuer?: string;
  readonly trustedRoot?: string;
}

const complete = ({ identity: who = identity, issuer, trustedRoot }: Signer) => ({
  identity: who,
  issuer: issuer ?? sigstore.issuer.url,
  trustedRoot: trustedRoot ?? sigstore.trustedRoot,
});

function identityTable(table: string, signer: Signer): string {
  const { identity: who, issuer, trustedRoot } = complete(signer);
  return `[[${table}.identities]]
certificate-identity = ${JSON.stringify(who)}
certificate-oidc-issuer = ${JSON.stringify(issuer)}
trusted-root = ${JSON.stringify(trustedRoot)}
`;
}

const rule = (signer: Signer) => `[[verify]]\nimages = ["${registry.host}/*"]\n${identityTable("verify", signer)}`;

let count = 0;
const fresh = (name: string): string => `${name}-${count++}`;

/** The error of a command: its first line and its code; "" for success. */
async function failure(...args: readonly string[]): Promise<string> {
  const { exitCode, stderr } = await cnb(...args);
  if (exitCode === 0) return "";
  return `${/^ERROR: (.*)$/m.exec(stderr)?.[1]} ${/^CODE: (.*)$/m.exec(stderr)?.[1]}`;
}

/** Fails if a command that was refused has written its output. */
async function withOutput(output: string, failed: string): Promise<string> {
  const written = await stat(join(cosign.dir, output)).then(
    () => true,
    () => false,
  );
  expect(written).toBe(failed === "");
  return failed;
}

/** Each place that can demand a signature, as a command that reads an image with this demand. */
const demands: Readonly<Record<string, (signer: Signer) => Promise<string>>> = {
  "[[verify]] of builder.toml": async (signer) => {
    const [config, output] = [`${fresh("builder")}.toml`, fresh("made")];
    const text = (await readFile(join(cosign.dir, "builder.toml"), "utf8")).replaceAll("oci:base", signedBase);
    await writeFile(join(cosign.dir, config), `${text}${rule(signer)}`);
    return withOutput(output, await failure("builder", "create", `oci:${output}`, "-c", config, "--launcher", "none"));
  },
  "[[verify]] of package.toml": async (signer) => {
    const output = fresh("made");
    const dependency = `[[dependencies]]\nuri = "docker://${signedPackage}"\n`;
    await writeFile(join(cosign.dir, "meta/package.toml"), `[buildpack]\nuri = "."\n${dependency}${rule(signer)}`);
    return withOutput(output, await failure("buildpack", "package", "meta", "-o", `oci:${output}`));
  },
  "[[verify]] of config.toml": async (signer) => {
    const [config, output] = [join(cosign.dir, `${fresh("config")}.toml`), fresh("made")];
    await writeFile(config, rule(signer));
    const { dir } = cosign;
    const env = { PATH: process.env["PATH"], HOME: dir, XDG_CACHE_HOME: join(dir, "cache"), LIBCNB_CONFIG: config };
    const args = ["build", `oci:${output}`, "--path", "app", "--builder", signedBuilder, "--run-image", "oci:base"];
    const { exitCode, stderr } = await cnbInProcess(args, { cwd: dir, env });
    const failed = exitCode === 0 ? "" : `${/^ERROR: (.*)$/m.exec(stderr)?.[1]} ${/^CODE: (.*)$/m.exec(stderr)?.[1]}`;
    return withOutput(output, failed);
  },
  "the flags of cnb build": async (signer) => {
    const output = fresh("made");
    const { identity: who, issuer, trustedRoot } = complete(signer);
    const flags = [
      `--certificate-identity=${who}`,
      `--certificate-oidc-issuer=${issuer}`,
      `--trusted-root=${trustedRoot}`,
    ];
    const images = ["--builder", signedBuilder, "--run-image", signedBase];
    return withOutput(output, await failure("build", `oci:${output}`, "--path", "app", ...images, ...flags));
  },
  "[signatures] of a policy": (signer) => checked(signedBase, signer),
};

/** The result of `cnb check` for a policy that demands a signature. */
async function checked(name: string, signer: Signer): Promise<string> {
  const policy = `${fresh("policy")}.toml`;
  await writeFile(join(cosign.dir, policy), `[signatures]\n${identityTable("signatures", signer)}`);
  const { exitCode, stdout, stderr } = await cnb("check", name, "--policy", policy);
  if (exitCode === 0) return "";
  return stdout.includes(" [signature]") ? `${stdout.split("\n")[0]} SIGNATURE_INVALID` : stderr;
}

describe.each(Object.entries(demands))("a requirement for a keyless signature in %s", (_, using) => {
  test("accepts an image that the real cosign signed", async () => expect(await using({})).toBe(""));

  test.each<[string, () => Signer, RegExp]>([
    [
      "another identity",
      () => ({ identity: "other@example.com" }),
      /by other@example\.com \(issuer \S+\)\. Refused: 1 signature, which is by another identity: release@example\.com \(issuer /,
    ],
    ["a part of the identity", () => ({ identity: "release@example" }), /is by another identity/],
    ["an identity with other capitals", () => ({ identity: "Release@example.com" }), /is by another identity/],
    ["another issuer", () => ({ issuer: "https://other.example.com" }), /is by another identity/],
    [
      "the trusted root of another certificate authority",
      () => ({ trustedRoot: sigstore.otherRoot }),
      /cannot be verified with the trusted root /,
    ],
    [
      "a trusted root whose certificate authority was valid only before the signature",
      () => ({ trustedRoot: expiredRoot }),
      /cannot be verified with the trusted root /,
    ],
  ])("refuses the image for %s", async (_, signer, expected) => {
    const failed = await using(signer());
    expect(failed).toMatch(expected);
    expect(failed).toMatch(/SIGNATURE_INVALID$/);
  });

  test("reports a trusted root that does not exist", async () => {
    expect(await using({ trustedRoot: "/absent/root.json" })).toMatch(
      /absent\/root\.json.*SIGSTORE_FILE_INVALID|CODE: SIGSTORE_FILE_INVALID/s,
    );
  });
});

describe("a requirement for a keyless signature", () => {
  /** A valid bundle for the image with a digest. */
  async function bundleFor(digest: Digest): Promise<KeylessBundle> {
    const choice = { signingConfig: sigstore.signingConfig, identityToken: join(cosign.dir, "token") };
    const signer = await openKeylessSigner(choice, {}, {});
    const statement = statementAbout("app", digest, { predicateType: signatureType, predicate: {} });
    return JSON.parse(Buffer.from(await signer.sign(statement, statementMediaType)).toString());
  }

  /** Pushes an image with a changed bundle, and checks it. */
  async function checkedBundle(change: (bundle: KeylessBundle) => void): Promise<string> {
    const name = `${registry.host}/${fresh("tampered")}:1`;
    const image = oci.mutate.labels(await tinyImage(cosign.dir), { count: `${count}` });
    const { digest } = await oci.write(image, parseImageReference(name));
    const bundle = await bundleFor(digest);
    change(bundle);
    await oci.attach(parseImageReference(name), bundleArtifact(Buffer.from(JSON.stringify(bundle))));
    return checked(name, {});
  }

  test("accepts an unchanged bundle", async () => expect(await checkedBundle(() => undefined)).toBe(""));

  test.each(Object.keys(keylessDefects))("refuses a bundle with the change %j", async (name) => {
    const other = await bundleFor(digestOf("another image"));
    expect(await checkedBundle((bundle) => keylessDefects[name]?.(bundle, other))).toMatch(/SIGNATURE_INVALID$/);
  });

  test("refuses an image without a signature, and names the signer", async () => {
    const unsigned = `${registry.host}/unsigned:1`;
    await oci.write(await tinyImage(cosign.dir), parseImageReference(unsigned));
    expect(await checked(unsigned, {})).toContain(
      `has no signature, but one by ${identity} (issuer ${sigstore.issuer.url}) is required`,
    );
  });

  test("refuses an image that is signed by a key", async () => {
    const name = `${registry.host}/by-key:1`;
    await oci.write(await tinyImage(cosign.dir), parseImageReference(name));
    await cosign.succeeds("generate-key-pair", "--output-key-prefix", "team");
    const sign = ["sign", name, "--key", "team.key"];
    const { dir } = cosign;
    const env = { PATH: process.env["PATH"], HOME: dir, COSIGN_PASSWORD: "secret" };
    expect(await cnbInProcess(sign, { cwd: dir, env })).toMatchObject({ exitCode: 0 });
    expect(await checked(name, {})).toContain("1 signature, which is by a key, but only identities are accepted");
  });
});
