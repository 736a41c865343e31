import type { EmitPlan } from "../plan.ts";
import { renderYaml } from "../yaml.ts";
import { buildInBuilder, rootInBuilder, variablesInBuilder, writtenBy } from "./common.ts";
import { creatorScript, creatorVariables, shellWord } from "./creator.ts";

const heading = (plan: EmitPlan) => `${writtenBy(plan, "bitbucket")}
Save as bitbucket-pipelines.yml. The secured variable DOCKER_AUTH_CONFIG of the repository contains
a config.json of Docker with the login of the registry, in one line. Later steps read IMAGE_URL,
IMAGE_DIGEST and IMAGE_REFERENCE from build.env.`;

/** The length that Bitbucket permits for the name of a concurrency group. */
const groupLength = 50;

/**
 * Bitbucket has no environment for a step, so the script assigns the variables. Bitbucket runs all
 * commands of a step in one shell. The parentheses limit the settings of the script to a subshell.
 */
const script = (plan: EmitPlan): string => {
  const assign = (variables: Readonly<Record<string, string>>) =>
    Object.entries(variables).map(([name, value]) => `${name}=${shellWord(value)}\n`);
  if (plan.builder.cnb !== undefined)
    return `(\nset -eu\n${assign(variablesInBuilder(plan)).join("")}${buildInBuilder(plan, "BITBUCKET_COMMIT", ["--output-file build.env"])})\n`;
  const assignments = assign(creatorVariables(plan));
  return `(\n${assignments.join("")}export CNB_PLATFORM_API\n${creatorScript(plan, "BITBUCKET_COMMIT")})\n`;
};

/** Renders a pipeline of Bitbucket that builds the image on each push to main. */
export const bitbucketManifest = (plan: EmitPlan): string => {
  const step = ["pipelines", "branches", "main", 0, "step"];
  return renderYaml(heading(plan), [
    {
      value: {
        pipelines: {
          branches: {
            main: [
              {
                step: {
                  name: "Build the image",
                  image: { name: plan.builder.pinned, "run-as-user": 0 },
                  "max-time": 60,
                  "concurrency-group": `build-${plan.name}`.slice(0, groupLength),
                  script: [script(plan)],
                  artifacts: ["build.env"],
                },
              },
            ],
          },
        },
      },
      comments: [
        [
          [...step, "image", "name"],
          `The builder, because containers of Bitbucket permit no sandbox. If its registry needs a login,
add "username: $NAME" and "password: $PASSWORD" with two variables of the repository.
Pinned by digest. Run cnb emit again to use a newer builder.`,
        ],
        [
          [...step, "image", "run-as-user"],
          plan.builder.cnb === undefined
            ? "The lifecycle reads the login as root and runs the buildpacks as the builder's user."
            : rootInBuilder,
        ],
        [[...step, "concurrency-group"], "Two builds at once would write the same cache image."],
      ],
    },
  ]);
};
