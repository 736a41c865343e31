/**
 * `npm run release`: publishes the npm packages and the images of a version, and builds the static
 * program and the site. Each step is skipped if it is done, so that an interrupted release can be
 * run again. `--dry-run` builds everything and publishes nothing. docs/releasing.md describes a
 * release.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { root } from "../support/cnb.ts";
import { type ReleaseOptions, releaseOptions } from "./arguments.ts";
import { imageList, packSite, writeChecksums } from "./assets.ts";
import { changelogSection } from "./changelog.ts";
import { type RepositoryFacts, repositoryChecks } from "./checks.ts";
import { type PreparedImage, prepareImages } from "./images.ts";
import {
  configuredRegistry,
  isTrustedPublisher,
  type PackedPackage,
  packageDecision,
  packPackages,
  publishPackage,
  requireLogin,
  withSlash,
} from "./npm-packages.ts";
import { releasePlan } from "./plan.ts";
import { ensureClaims, imageDecision, publishImage } from "./publish-images.ts";
import { ReleaseError, renderError } from "./release-error.ts";
import { checkLine, packageLine, stepLine } from "./report.ts";
import { readDescriptor, repositoryFacts } from "./repository.ts";
import { packStaticProgram } from "./static/static-program.ts";

const print = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  await release(releaseOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof ReleaseError)) throw error;
  process.stderr.write(renderError(error));
  process.exitCode = 1;
}

async function release(options: ReleaseOptions): Promise<void> {
  const facts = await repositoryFacts();
  print(`libcnb.ts ${facts.version}${options.isDryRun ? " (dry run: nothing is published)" : ""}`);
  check(facts, options);
  const registry = withSlash(options.registry ?? (await configuredRegistry()));
  if (!options.isDryRun && options.parts.includes("npm")) await requireLogin(registry);
  const prepared = await prepare(facts, options);
  if (!options.isDryRun) {
    await publishPackages(prepared.packages, registry);
    await publishImages(prepared.images, options, facts);
    printNext(facts);
  }
}

/** @throws ReleaseError NOT_READY, unless nothing is published */
function check(facts: RepositoryFacts, { isDryRun }: ReleaseOptions): void {
  print("\nChecks");
  const checks = repositoryChecks(facts);
  for (const each of checks) print(checkLine(each));
  const failed = checks.filter(({ problems }) => problems.length > 0);
  if (failed.length === 0 || isDryRun) return;
  throw new ReleaseError(
    "NOT_READY",
    `${facts.version} cannot be released: ${failed.map(({ problems }) => problems[0]).join("; ")}`,
    failed.map(({ hint }) => hint).join(" "),
  );
}

interface Prepared {
  readonly packages: readonly PackedPackage[];
  readonly images: readonly PreparedImage[];
}

/** Builds everything that is published, before the first part is. */
async function prepare(facts: RepositoryFacts, options: ReleaseOptions): Promise<Prepared> {
  const { version, packages, changelog } = facts;
  const { parts, images: repository, builder, base } = options;
  const dir = resolve(root, options.outDir);
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const plan = releasePlan({ packages, builder: readDescriptor(builder), version }, repository);
  const packed = parts.includes("npm") ? await packPackages(plan.packages, join(dir, "npm")) : [];
  if (packed.length > 0) print("\nnpm packages, in the order of their dependencies");
  for (const each of packed) print(packageLine(each));
  if (parts.includes("images")) print("\nImages");
  const onProgress = (name: string) => print(stepLine("building", name));
  const images = parts.includes("images")
    ? await prepareImages(plan, { dir: join(dir, "images"), builder, base, onProgress })
    : [];
  for (const { reference, digest } of images) print(stepLine("built", `${reference}@${digest}`));
  if (images.length > 0) await writeFile(join(dir, "images.txt"), imageList(images));
  const archives = parts.includes("static") ? await packStaticProgram(join(dir, "static"), version) : [];
  if (archives.length > 0) print("\nStatic program");
  for (const name of archives) print(stepLine("built", name));
  if (parts.includes("site")) await packSite(join(dir, `libcnb-site-${version}.tar.gz`));
  await writeFile(join(dir, "notes.md"), `${changelogSection(changelog, version)?.text ?? ""}\n`);
  const count = await writeChecksums(dir);
  print(`\n${relative(root, dir)}/SHA256SUMS has the checksums of ${count} files`);
  return { packages: packed, images };
}

/** Compares all packages with the registry before the first one is published. */
async function publishPackages(packages: readonly PackedPackage[], registry: string): Promise<void> {
  if (packages.length === 0) return;
  print(`\nPublishing to ${registry}`);
  const decisions = await Promise.all(packages.map((each) => packageDecision(each, registry)));
  for (const [index, each] of packages.entries()) {
    if (decisions[index] === "publish") await publishPackage(each, registry);
    print(stepLine(decisions[index] === "publish" ? "published" : "skipped", `${each.name}@${each.version}`));
  }
  if (!isTrustedPublisher(process.env)) print("  npm signs provenance only in CI: these packages have none");
}

async function publishImages(
  images: readonly PreparedImage[],
  { insecureRegistries, key }: ReleaseOptions,
  { version, commit }: RepositoryFacts,
): Promise<void> {
  if (images.length === 0 || key === undefined) return;
  print("\nPublishing images");
  const access = { options: insecureRegistries.flatMap((host) => ["--insecure-registry", host]) };
  const command = key.command === undefined ? [] : ["--key-command", key.command];
  const signing = { options: ["--key", resolve(key.file), ...command], publicKey: resolve(key.publicKey) };
  const decisions = await Promise.all(images.map((image) => imageDecision(image, access)));
  for (const [index, image] of images.entries()) {
    if (decisions[index] === "publish") await publishImage(image, access);
    const made = await ensureClaims(image, { key: signing, access, run: { version, commit, env: process.env } });
    const done = [...(decisions[index] === "publish" ? ["published"] : []), ...made];
    print(stepLine(done.length === 0 ? "skipped" : done.join(", "), `${image.reference}@${image.digest}`));
  }
}

function printNext({ version, tags }: RepositoryFacts): void {
  const tag = `v${version}`;
  print(`\nPublished ${version}.`);
  if (tags[tag] === undefined) print(`Next: git tag ${tag} && git push origin ${tag}`);
}
