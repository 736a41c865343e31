import { defined } from "../../defined.ts";
import { isPinned } from "../decide.ts";
import type { EmitPlan } from "../plan.ts";

/** Returns the first line of every manifest, which names the command that wrote the manifest. */
export const writtenBy = ({ version }: Pick<EmitPlan, "version">, kind: string): string =>
  `Written by cnb ${version}: cnb emit ${kind}. The same inputs give the same text.`;

/** Returns the command that starts this version of cnb in a job with Node.js. */
export const npxCnb = ({ version }: Pick<EmitPlan, "version">): string =>
  `npx --yes --package=@libcnb/packager@${version} cnb`;

/**
 * Returns the lines of the `cnb build` command in a manifest, quoted for a shell. The command reads
 * variables that the job defines.
 */
export const buildCommand = (plan: EmitPlan, commit: string, flags: readonly string[]): string =>
  buildLines(plan, commit, { cnb: npxCnb(plan), builderFlag: '--builder "$BUILDER"', flags });

/**
 * Returns the lines of the `cnb build` command for a container of a builder that contains `cnb`, quoted
 * for a shell. The command reads the variables of {@link variablesInBuilder}.
 */
export const buildInBuilder = (plan: EmitPlan, commit: string, flags: readonly string[]): string =>
  buildLines(plan, commit, { cnb: "cnb", builderFlag: "--backend direct", flags });

interface BuildParts {
  readonly cnb: string;
  /** The flag that names the builder. */
  readonly builderFlag: string;
  readonly flags: readonly string[];
}

function buildLines({ runImage, path }: EmitPlan, commit: string, { cnb, builderFlag, flags }: BuildParts): string {
  const lines = [
    `${cnb} build "$IMAGE"`,
    `--tag "$REPOSITORY:$${commit}"`,
    ...(path === "." ? [] : ['--path "$APP"']),
    builderFlag,
    ...(runImage === undefined ? [] : ['--run-image "$RUN_IMAGE"']),
    '--cache-image "$CACHE_IMAGE"',
    ...flags,
  ];
  return `${lines.join(" \\\n  ")}\n`;
}

/** The comment on the image of a job that runs in a builder with `cnb`. */
export const builderAsImage =
  "The builder, which contains cnb. Pinned by digest. Run cnb emit again to use a newer builder.";

/** Returns the comment on the image of a job, which contains programs that the builder lacks. */
export const jobImageComment = ({ jobImage }: Pick<EmitPlan, "jobImage">, contents: string): string =>
  isPinned(jobImage)
    ? `${contents} Pinned by digest.`
    : `${contents}
Not pinned, because cnb emit could not read it. To pin it, add the digest that this command prints:
cnb image digest ${jobImage}
Then run cnb emit again with --job-image ${jobImage}@sha256:…`;

/** The comment on the user of a job that runs in a builder with `cnb`. */
export const rootInBuilder =
  "As root, cnb reads the login and runs the buildpacks as the builder's user, which cannot read the login.";

/** Returns the variables that {@link buildCommand} reads. */
export const buildVariables = ({ image, repository, builder, runImage, cacheImage, path }: EmitPlan) => ({
  IMAGE: image,
  REPOSITORY: repository,
  BUILDER: builder.pinned,
  ...defined({ RUN_IMAGE: runImage }),
  CACHE_IMAGE: cacheImage,
  ...defined({ APP: path === "." ? undefined : path }),
});

/** Returns the variables of a script that runs in a container of the builder, which needs no name of the builder. */
export function variablesInBuilder(plan: EmitPlan): Readonly<Record<string, string>> {
  const { BUILDER: _, ...rest } = buildVariables(plan);
  return rest;
}

/** Returns the command that prints the digest of the image in a report of the lifecycle. */
export const digestIn = (report: string): string => `sed -n 's/^ *digest = "\\(sha256:[0-9a-f]*\\)"$/\\1/p' ${report}`;

/** The lines of a script that write its arguments, each NAME=VALUE, as environment variables for buildpacks. */
export const writeArguments = `mkdir -p /platform/env
for variable in "$@"; do
  name="\${variable%%=*}"
  case "$name" in
    "" | [!A-Za-z_]* | *[!A-Za-z0-9_.-]*) echo "$name is not the name of a variable" >&2; exit 3 ;;
  esac
  printf %s "\${variable#*=}" >"/platform/env/$name"
done
`;

/**
 * Doubles each dollar sign. Kubernetes replaces `$(NAME)` and `$$` in an argument of a container, and
 * Woodpecker replaces `${NAME}` and `$$` in the whole file.
 */
export const doubledDollars = (text: string): string => text.replaceAll("$", "$$$$");

/** Returns a string of Groovy without interpolation, in one line. */
export const groovyString = (text: string): string =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n").replaceAll("\r", "\\r")}'`;

/** The security context that Pod Security "restricted" demands of a container. */
export const restricted = ({ uid, gid }: { readonly uid: number; readonly gid: number }) => ({
  runAsNonRoot: true,
  runAsUser: uid,
  runAsGroup: gid,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
});
