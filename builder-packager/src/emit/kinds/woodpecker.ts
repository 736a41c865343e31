import type { EmitPlan } from "../plan.ts";
import { renderYaml } from "../yaml.ts";
import { buildInBuilder, doubledDollars, rootInBuilder, variablesInBuilder, writtenBy } from "./common.ts";
import { creatorScript, creatorVariables } from "./creator.ts";

const heading = (plan: EmitPlan) => `${writtenBy(plan, "woodpecker")}
Save as .woodpecker.yaml, for Woodpecker 3. The secret docker_auth_config contains a config.json of
Docker with the login of the registry. Later steps read IMAGE_URL, IMAGE_DIGEST and IMAGE_REFERENCE
from build.env.`;

/** Renders a workflow of Woodpecker that builds the image on each push to main. */
export function woodpeckerManifest(plan: EmitPlan): string {
  const job = `build-${plan.name}`;
  const isInBuilder = plan.builder.cnb !== undefined;
  const variables = isInBuilder ? variablesInBuilder(plan) : creatorVariables(plan);
  const script = isInBuilder
    ? buildInBuilder(plan, "CI_COMMIT_SHA", ["--output-file build.env"])
    : creatorScript(plan, "CI_COMMIT_SHA");
  const manifest = renderYaml(heading(plan), [
    {
      value: {
        when: { event: ["push", "manual"], branch: "main" },
        concurrency: { limit: 1, group: job },
        steps: [
          {
            name: job,
            image: plan.builder.pinned,
            backend_options: {
              docker: { user: "0" },
              kubernetes: { securityContext: { runAsUser: 0, runAsGroup: 0 } },
            },
            environment: { ...variables, DOCKER_AUTH_CONFIG: { from_secret: "docker_auth_config" } },
            commands: [script],
          },
        ],
      },
      comments: [
        [
          ["concurrency"],
          "Two builds at once would write the same cache image. Woodpecker before 3.16 ignores this key.",
        ],
        [
          ["steps", 0, "image"],
          `The builder, because containers of Woodpecker permit no sandbox. If its registry needs a login,
add the login to the registries of the repository in Woodpecker.
Pinned by digest. Run cnb emit again to use a newer builder.`,
        ],
        [
          ["steps", 0, "backend_options"],
          isInBuilder
            ? rootInBuilder
            : "The lifecycle reads the login as root and runs the buildpacks as the builder's user.",
        ],
        [["steps", 0, "commands"], "Woodpecker reads two dollar signs as one."],
      ],
    },
  ]);
  // Woodpecker replaces variables before it parses the YAML
  return doubledDollars(manifest);
}
