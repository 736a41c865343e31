import { parseArgs } from "node:util";
import { ReleaseError } from "./release-error.ts";

/** The parts of a release, in the order in which they are published. */
export const releaseParts = ["npm", "images", "static", "site"] as const;
export type ReleasePart = (typeof releaseParts)[number];

/** The options of `npm run release`. */
export interface ReleaseOptions {
  readonly isDryRun: boolean;
  readonly parts: readonly ReleasePart[];
  /** The npm registry; undefined for the one in npm's configuration. */
  readonly registry: string | undefined;
  /** The registry and repository of the images, without a slash at the end. */
  readonly images: string;
  /** The builder's configuration, relative to the repository's root. */
  readonly builder: string;
  readonly base: string;
  readonly outDir: string;
  readonly insecureRegistries: readonly string[];
  readonly key: { readonly file: string; readonly command: string | undefined; readonly publicKey: string } | undefined;
}

const options = {
  "dry-run": { type: "boolean" },
  only: { type: "string", multiple: true },
  registry: { type: "string" },
  images: { type: "string" },
  builder: { type: "string" },
  base: { type: "string" },
  output: { type: "string" },
  "insecure-registry": { type: "string", multiple: true },
  key: { type: "string" },
  "key-command": { type: "string" },
  "public-key": { type: "string" },
} as const;

/**
 * Reads the command line.
 *
 * @throws ReleaseError ARGUMENT_INVALID
 * @example `releaseOptions(["--dry-run", "--only", "npm"]).parts // ["npm"]`
 */
export function releaseOptions(argv: readonly string[]): ReleaseOptions {
  const values = parse(argv);
  const isDryRun = values["dry-run"] ?? false;
  const parts = values.only === undefined ? releaseParts : values.only.map(partOf);
  const publishesImages = parts.includes("images");
  if (publishesImages && !isDryRun && values.images === undefined)
    throw invalid("--images is missing", "Pass the registry of the images: --images registry.example.com/libcnb");
  const key = keyOf(values);
  if (publishesImages && !isDryRun && key === undefined)
    throw invalid("--key is missing: published images are signed", "Pass --key FILE and --public-key FILE.");
  return {
    isDryRun,
    parts,
    registry: values.registry,
    images: (values.images ?? "registry.example.com/libcnb").replace(/\/+$/, ""),
    builder: values.builder ?? "buildpacks/builder.toml",
    base: values.base ?? "buildpacks/base.toml",
    outDir: values.output ?? "dist/release",
    insecureRegistries: values["insecure-registry"] ?? [],
    key,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(reason.split(". ")[0] ?? reason, "Run npm run release -- --help for the options.");
  }
}

function partOf(text: string): ReleasePart {
  const found = releaseParts.find((part) => part === text);
  if (found !== undefined) return found;
  throw invalid(`--only cannot be ${text}`, `Use one of ${releaseParts.join(", ")}. The option can be repeated.`);
}

function keyOf(values: ReturnType<typeof parse>): ReleaseOptions["key"] {
  const { key: file, "public-key": publicKey, "key-command": command } = values;
  if (file === undefined && publicKey === undefined && command === undefined) return undefined;
  // with a key service, --key of cnb sign is the public key
  const signing = file ?? (command === undefined ? undefined : publicKey);
  if (signing !== undefined && publicKey !== undefined) return { file: signing, command, publicKey };
  throw invalid(
    publicKey === undefined ? "--public-key is missing" : "--key is missing",
    "Pass --key FILE and --public-key FILE; with a key service, --key-command COMMAND and --public-key FILE.",
  );
}

const invalid = (message: string, hint: string): ReleaseError => new ReleaseError("ARGUMENT_INVALID", message, hint);
