import { defined } from "../../defined.ts";
import type { EmitPlan } from "../plan.ts";

/** The first line of every manifest. */
export const writtenBy = ({ version }: EmitPlan, kind: string): string =>
  `Written by cnb ${version}: cnb emit ${kind}. The same inputs give the same text.`;

/** The command that starts this version of cnb in a job with Node.js. */
export const npxCnb = ({ version }: EmitPlan): string => `npx --yes --package=@libcnb/packager@${version} cnb`;

/** The lines of `cnb build` with variables that the job defines, quoted for a shell. */
export function buildCommand(plan: EmitPlan, commit: string, flags: readonly string[]): string {
  const { runImage, path } = plan;
  const lines = [
    `${npxCnb(plan)} build "$IMAGE"`,
    `--tag "$REPOSITORY:$${commit}"`,
    ...(path === "." ? [] : ['--path "$APP"']),
    '--builder "$BUILDER"',
    ...(runImage === undefined ? [] : ['--run-image "$RUN_IMAGE"']),
    '--cache-image "$CACHE_IMAGE"',
    ...flags,
  ];
  return `${lines.join(" \\\n  ")}\n`;
}

/** The variables that {@link buildCommand} uses. */
export const buildVariables = ({ image, repository, builder, runImage, cacheImage, path }: EmitPlan) => ({
  IMAGE: image,
  REPOSITORY: repository,
  BUILDER: builder.pinned,
  ...defined({ RUN_IMAGE: runImage }),
  CACHE_IMAGE: cacheImage,
  ...defined({ APP: path === "." ? undefined : path }),
});

/** The security context that Pod Security "restricted" demands of a container. */
export const restricted = ({ builder: { uid, gid } }: EmitPlan) => ({
  runAsNonRoot: true,
  runAsUser: uid,
  runAsGroup: gid,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
});
