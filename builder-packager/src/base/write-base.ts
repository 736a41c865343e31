import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { cacheDir } from "../cache-dirs.ts";
import { lockFileFor, openLockFile } from "../config/lock-file.ts";
import { readConfigFile } from "../config/read-file.ts";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { writeImages } from "../oci/image-io.ts";
import { type LayerCompression, openBlobStore } from "../oci/layers/blob-store.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { ImageArtifacts } from "../oci/sink/image-artifacts.ts";
import type { Reporter } from "../reporter.ts";
import { type BasePlan, emptyBaseToml, planBase } from "./base-plan.ts";
import { type BaseToml, parseBaseToml } from "./base-toml.ts";
import { createBase, createdFrom } from "./create-base.ts";
import { parseFileFlag } from "./file-flag.ts";
import type { BaseFlags } from "./flag-values.ts";
import { checkWritable, recordedName, stageReference } from "./output-names.ts";
import { writeSboms } from "./sbom-output.ts";
import { readPlannedFiles } from "./tree/planned-files.ts";

/** A request to create base images: the output, the lock file and the command-line options. */
export interface BaseRequest {
  /** The common part of the images' names, without `-build` and `-run`. */
  readonly output: ImageReference;
  readonly configFile?: string | undefined;
  readonly name?: string | undefined;
  readonly certificateFiles: readonly string[];
  /** Files to add, as values of the form `SOURCE:PATH[:MODE[:OWNER]]`. */
  readonly files?: readonly string[];
  readonly allowExpired: boolean;
  /**
   * The use of the lock file: `honour` uses the pinned versions, and adds pins for packages without
   * one; `renew` ignores the pins and writes new ones. @default none
   */
  readonly lock?: "honour" | "renew" | undefined;
  readonly sbomDir?: string | undefined;
  /** The compression of new layers. @default "gzip" */
  readonly compression?: LayerCompression | undefined;
  readonly flags: BaseFlags;
}

export interface BaseContext {
  readonly reporter: Reporter;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly signal?: AbortSignal;
  readonly registry?: RegistryOptions;
  /** Creates the artifacts that refer to the images, such as signatures. */
  readonly artifacts?: ImageArtifacts | undefined;
}

export interface WrittenImage {
  readonly reference: ImageReference;
  readonly digest: Digest;
}

/**
 * Creates the build image and the run image. Writes them when both are complete, the build image
 * first.
 */
export async function createBaseImages(request: BaseRequest, context: BaseContext): Promise<readonly WrittenImage[]> {
  const { reporter, env, signal, cwd, registry = { env } } = context;
  const config = await readConfig(request.configFile, cwd);
  const plan = await readPlan(request, config, cwd);
  await checkWritable(request.output);
  const created = createdFrom(env);
  const lock = await openLock(request, cwd);
  const images = await createBase(plan, {
    reporter,
    env,
    now: Date.now(),
    allowExpired: request.allowExpired,
    registry,
    cacheDir: cacheDir(env, "base"),
    store: await openBlobStore(cacheDir(env, "blobs"), { compression: request.compression }),
    ...defined({ signal, created, lock }),
  });
  const written: WrittenImage[] = [];
  for (const stage of ["build", "run"] as const) {
    const reference = stageReference(request.output, stage);
    const name = recordedName(request.name ?? config.name, request.output, plan.suite, stage);
    const { digest } = await writeImages(images[stage], reference, {
      registry,
      artifacts: context.artifacts,
      ...defined({ name: name || undefined }),
    });
    written.push({ reference, digest });
  }
  if (request.sbomDir !== undefined) await writeSboms(images, resolve(cwd, request.sbomDir));
  if (await lock?.finish()) reporter.info("Wrote the lock file");
  return written;
}

async function readPlan(
  { flags, certificateFiles, files = [] }: BaseRequest,
  config: BaseToml,
  cwd: string,
): Promise<BasePlan> {
  const certificates = await readCertificates([
    ...config.certificates,
    ...certificateFiles.map((file) => resolve(cwd, file)),
  ]);
  const planned = await readPlannedFiles([...config.files, ...files.map(parseFileFlag)], cwd);
  const mirror = (flags.mirror ?? []).map((text) => fromFolder(text, cwd));
  return planBase({ ...flags, mirror }, config, { certificates, files: planned }, process.arch);
}

function openLock({ lock, configFile }: BaseRequest, cwd: string) {
  if (lock === undefined) return undefined;
  const file = resolve(cwd, lockFileFor(configFile ?? "base.toml"));
  return openLockFile(file, { command: "cnb base create", renew: lock === "renew" });
}

/** Reads the configuration. Its relative paths start at its own directory. */
async function readConfig(file: string | undefined, cwd: string): Promise<BaseToml> {
  if (file === undefined) return emptyBaseToml();
  const path = resolve(cwd, file);
  const hint = "Pass the path of a base.toml with --config.";
  const text = await readConfigFile(path, {
    unreadable: (reason) => new CnbError("BASE_CONFIG_INVALID", `cannot read ${file}: ${reason}`, { hint }),
    tooLarge: (reason) => new CnbError("BASE_CONFIG_INVALID", `${file} ${reason}`, { hint: `Shorten ${file}.` }),
  });
  const config = parseBaseToml(text, file);
  const nextTo = (name: string) => resolve(dirname(path), name);
  return {
    ...config,
    keyring: config.keyring && nextTo(config.keyring),
    certificates: config.certificates.map(nextTo),
    mirrors: config.mirrors.map((text) => fromFolder(text, dirname(path))),
    files: config.files.map((planned) => (planned.source ? { ...planned, source: nextTo(planned.source) } : planned)),
  };
}

/** Distinguishes directories from URLs; relative ones start with a dot. */
const fromFolder = (mirror: string, dir: string): string =>
  mirror.replace(/^\.\.?(?=\/|\s|$)\S*/, (path) => resolve(dir, path));

const certificatePattern = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Reads PEM files; only certificates go into an image, never a private key in the same file. */
async function readCertificates(files: readonly string[]): Promise<string[]> {
  const read = async (file: string): Promise<string[]> => {
    const text = await readFile(file, "utf8").catch((cause) => {
      throw new CnbError("BASE_CONFIG_INVALID", `cannot read the certificate file ${file}`, {
        cause,
        hint: 'Correct the path in "certificates" of base.toml (relative to the directory of base.toml), or in --ca-cert.',
      });
    });
    try {
      const found = text.match(certificatePattern) ?? [];
      if (found.length === 0)
        throw new Error(
          `the file ${file} contains no complete block from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----`,
        );
      for (const certificate of found) new X509Certificate(certificate);
      return found;
    } catch (cause) {
      throw new CnbError("BASE_CONFIG_INVALID", `${file} is not a file with certificates in PEM format`, {
        cause,
        hint: 'Set "certificates" in base.toml, or --ca-cert, to the path of a PEM file.',
      });
    }
  };
  return (await Promise.all(files.map(read))).flat();
}
