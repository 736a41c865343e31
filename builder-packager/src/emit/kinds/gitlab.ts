import type { EmitPlan } from "../plan.ts";
import { renderYaml } from "../yaml.ts";
import { buildCommand, buildVariables, writtenBy } from "./common.ts";

const heading = (plan: EmitPlan) => `${writtenBy(plan, "gitlab")}
Include it from .gitlab-ci.yml. The CI/CD variable DOCKER_AUTH_CONFIG contains a config.json of
Docker with the login of the registry. Later jobs read IMAGE_URL, IMAGE_DIGEST and IMAGE_REFERENCE.`;

/** A job of GitLab CI that builds the image on the default branch. */
export const gitlabManifest = (plan: EmitPlan): string =>
  renderYaml(heading(plan), [
    {
      value: {
        [`build-${plan.name}`]: {
          stage: "build",
          image: plan.jobImage,
          variables: buildVariables(plan),
          rules: [{ if: "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" }],
          resource_group: `build-${plan.name}`,
          timeout: "1 hour",
          script: [buildCommand(plan, "CI_COMMIT_SHA", ["--output-file build.env"])],
          artifacts: { reports: { dotenv: "build.env" } },
        },
      },
      comments: [
        [
          [`build-${plan.name}`, "image"],
          "An image with Node.js 22.15 or newer and the programs of a sandbox: cnb doctor lists them.",
        ],
        [
          [`build-${plan.name}`, "variables", "BUILDER"],
          "Pinned by digest. Run cnb emit again to use a newer builder.",
        ],
        [[`build-${plan.name}`, "resource_group"], "Two builds at once would write the same cache image."],
      ],
    },
  ]);
