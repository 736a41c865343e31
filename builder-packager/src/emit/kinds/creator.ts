import { checkedVariables } from "../decide.ts";
import type { EmitPlan } from "../plan.ts";
import { digestIn, variablesInBuilder } from "./common.ts";

/** Writes the names of the image to `build.env`. The lifecycle wrote the digest to its report. */
const writeBuildEnv = `digest="$(${digestIn("/layers/report.toml")})"
printf 'IMAGE_URL=%s\\nIMAGE_DIGEST=%s\\nIMAGE_REFERENCE=%s\\n' "$IMAGE" "$digest" "$REPOSITORY@$digest" >build.env
`;

/**
 * Returns a script for a step in a container of the builder. The script runs the lifecycle's creator
 * on a copy of the working directory and writes the image's names to `build.env`. The script reads
 * the variables of {@link creatorVariables}, the login in DOCKER_AUTH_CONFIG and the variable with
 * the name in `commit`.
 *
 * The step starts as root. The creator reads the login as root and then runs as the builder's user,
 * so buildpacks cannot read the login. The script also works if the CI system starts the step as the
 * builder's user.
 */
export function creatorScript(plan: EmitPlan, commit: string): string {
  const { runImage, path } = plan;
  const variables = checkedVariables(plan.env);
  const options = [
    "-app=/workspace",
    "-layers=/layers",
    '-platform="$platform"',
    "-report=/layers/report.toml",
    ...(runImage === undefined ? [] : ['-run-image="$RUN_IMAGE"']),
    '-cache-image="$CACHE_IMAGE"',
    `-tag="$REPOSITORY:$${commit}"`,
  ];
  return `set -eu
platform="$(mktemp -d)"
mkdir "$platform/env"
${variables.map(({ name, value }) => `printf %s ${shellWord(value)} >"$platform/env/${name}"\n`).join("")}\
chmod -R a+rX "$platform"
if [ -n "\${DOCKER_AUTH_CONFIG:-}" ]; then
  DOCKER_CONFIG="$(mktemp -d)"
  export DOCKER_CONFIG
  printf %s "$DOCKER_AUTH_CONFIG" >"$DOCKER_CONFIG/config.json"
  unset DOCKER_AUTH_CONFIG
fi
cp -R ${path === "." ? "." : '"$APP/."'} /workspace/
if [ "$(id -u)" = 0 ]; then chown -R "$CNB_USER_ID:$CNB_GROUP_ID" /workspace; fi
${["/cnb/lifecycle/creator", ...options, '"$IMAGE"'].join(" \\\n  ")}
${writeBuildEnv}`;
}

/** Returns the variables that {@link creatorScript} reads. The container is the builder. */
export function creatorVariables(plan: EmitPlan): Readonly<Record<string, string>> {
  return { CNB_PLATFORM_API: plan.builder.platformApi, ...variablesInBuilder(plan) };
}

/** Quotes a text as one word of a shell. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
