import type { EmitPlan } from "../plan.ts";
import { renderYaml } from "../yaml.ts";
import {
  buildCommand,
  builderAsImage,
  buildInBuilder,
  buildVariables,
  jobImageComment,
  rootInBuilder,
  variablesInBuilder,
  writtenBy,
} from "./common.ts";

const heading = (plan: EmitPlan) => `${writtenBy(plan, "gitlab")}
Include it from .gitlab-ci.yml. The CI/CD variable DOCKER_AUTH_CONFIG contains a config.json of
Docker with the login of the registry. Later jobs read IMAGE_URL, IMAGE_DIGEST and IMAGE_REFERENCE.`;

/** Renders a job of GitLab CI that builds the image on the default branch. */
export const gitlabManifest = (plan: EmitPlan): string => {
  const { image, variables, script, comments } = plan.builder.cnb === undefined ? inJobImage(plan) : inBuilder(plan);
  return renderYaml(heading(plan), [
    {
      value: {
        [`build-${plan.name}`]: {
          stage: "build",
          image,
          variables,
          rules: [{ if: "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" }],
          resource_group: `build-${plan.name}`,
          timeout: "1 hour",
          script: [script],
          artifacts: { reports: { dotenv: "build.env" } },
        },
      },
      comments: [
        ...comments.map(([path, text]) => [[`build-${plan.name}`, ...path], text] as const),
        [[`build-${plan.name}`, "resource_group"], "Two builds at once would write the same cache image."],
      ],
    },
  ]);
};

/** The parts of the job that depend on the place of `cnb`. Paths of comments begin at the job. */
interface JobParts {
  readonly image: unknown;
  readonly variables: Readonly<Record<string, string>>;
  readonly script: string;
  readonly comments: readonly (readonly [path: readonly string[], text: string])[];
}

const flags = ["--output-file build.env"];

const inBuilder = (plan: EmitPlan): JobParts => ({
  image: { name: plan.builder.pinned, docker: { user: "0" } },
  variables: variablesInBuilder(plan),
  script: buildInBuilder(plan, "CI_COMMIT_SHA", flags),
  comments: [
    [["image", "name"], builderAsImage],
    [["image", "docker"], rootInBuilder],
  ],
});

const inJobImage = (plan: EmitPlan): JobParts => ({
  image: plan.jobImage,
  variables: buildVariables(plan),
  script: buildCommand(plan, "CI_COMMIT_SHA", flags),
  comments: [
    [
      ["image"],
      jobImageComment(
        plan,
        "An image with Node.js 22.15 or newer and the programs of a sandbox: cnb doctor lists them.",
      ),
    ],
    [["variables", "BUILDER"], "Pinned by digest. Run cnb emit again to use a newer builder."],
  ],
});
