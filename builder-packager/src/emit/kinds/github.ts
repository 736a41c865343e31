import { defined } from "../../defined.ts";
import type { EmitPlan } from "../plan.ts";
import { renderYaml } from "../yaml.ts";
import {
  buildCommand,
  builderAsImage,
  buildInBuilder,
  buildVariables,
  rootInBuilder,
  variablesInBuilder,
  writtenBy,
} from "./common.ts";

// Pinned by commit: a tag of an action can move.
const checkout = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1";
const setupNode = "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020";

/** An expression that the runner evaluates. */
const expression = (text: string): string => `$\{{ ${text} }}`;

const heading = (plan: EmitPlan) => `${writtenBy(plan, "github")}
Save as .github/workflows/image.yml. The secret DOCKER_AUTH_CONFIG contains a config.json of Docker
with the login of the registry. Jobs that need this one read the outputs "reference" and "digest".`;

/** Renders a workflow of GitHub Actions that builds the image on each push to main. */
export const githubManifest = (plan: EmitPlan): string => {
  const isInBuilder = plan.builder.cnb !== undefined;
  const steps = isInBuilder ? stepsInBuilder(plan) : stepsWithNode(plan);
  return renderYaml(heading(plan), [
    {
      value: {
        name: "Image",
        on: { push: { branches: ["main"] }, workflow_dispatch: null },
        permissions: { contents: "read" },
        concurrency: { group: `image-${plan.name}`, "cancel-in-progress": false },
        jobs: {
          image: {
            name: "Build the image",
            "runs-on": "ubuntu-24.04",
            ...defined({ container: isInBuilder ? { image: plan.builder.pinned, options: "--user 0" } : undefined }),
            "timeout-minutes": 60,
            outputs: {
              image: expression("steps.build.outputs.image"),
              digest: expression("steps.build.outputs.digest"),
              reference: expression("steps.build.outputs.reference"),
            },
            steps,
          },
        },
      },
      comments: [
        [["concurrency"], "Two builds at once would write the same cache image."],
        ...(isInBuilder
          ? ([
              [["jobs", "image", "container", "image"], builderAsImage],
              [["jobs", "image", "container", "options"], rootInBuilder],
            ] as const)
          : ([
              [
                ["jobs", "image", "steps", 2, "env", "BUILDER"],
                "Pinned by digest. Run cnb emit again to use a newer builder.",
              ],
            ] as const)),
      ],
      // Dependabot updates a version in such a comment together with the commit.
      trailing: [
        [["jobs", "image", "steps", 0, "uses"], "v7.0.1"],
        ...(isInBuilder ? [] : ([[["jobs", "image", "steps", 1, "uses"], "v7.0.0"]] as const)),
      ],
    },
  ]);
};

const flags = ['--output-file "$GITHUB_OUTPUT"', "--output-format github"];
const login = { DOCKER_AUTH_CONFIG: expression("secrets.DOCKER_AUTH_CONFIG") };
const checkoutStep = { uses: checkout, with: { "persist-credentials": false } };
const buildStep = { id: "build", name: "Build and publish" };

const stepsInBuilder = (plan: EmitPlan) => [
  checkoutStep,
  {
    ...buildStep,
    env: { ...variablesInBuilder(plan), ...login },
    run: buildInBuilder(plan, "GITHUB_SHA", flags),
  },
];

const stepsWithNode = (plan: EmitPlan) => [
  checkoutStep,
  { uses: setupNode, with: { "node-version": 24 } },
  { ...buildStep, env: { ...buildVariables(plan), ...login }, run: buildCommand(plan, "GITHUB_SHA", flags) },
];
