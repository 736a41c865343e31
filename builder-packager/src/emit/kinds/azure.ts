import type { EmitPlan } from "../plan.ts";
import { renderYaml } from "../yaml.ts";
import { buildCommand, buildVariables, writtenBy } from "./common.ts";

const heading = (plan: EmitPlan) => `${writtenBy(plan, "azure")}
Save as azure-pipelines.yml. The secret variable DOCKER_AUTH_CONFIG of the pipeline contains a
config.json of Docker with the login of the registry. Later jobs depend on ${jobOf(plan)} and read
dependencies.${jobOf(plan)}.outputs['build.IMAGE_REFERENCE'].`;

/** Names of jobs in Azure Pipelines contain no hyphens. */
const jobOf = ({ name }: EmitPlan): string => `build_${name.replaceAll("-", "_")}`;

/** Azure Pipelines reads variables of later jobs from the log. Its shell does not stop at the first error. */
const script = (plan: EmitPlan): string => `set -eu
${buildCommand(plan, "BUILD_SOURCEVERSION", ["--output-file build.env"])}while IFS='=' read -r name value; do
  echo "##vso[task.setvariable variable=$name;isOutput=true]$value"
done <build.env
`;

/**
 * Renders a pipeline of Azure Pipelines that builds the image on each push to main. Booleans and
 * numbers are written as strings, because the schema of Azure Pipelines requires that.
 */
export const azureManifest = (plan: EmitPlan): string =>
  renderYaml(heading(plan), [
    {
      value: {
        trigger: { batch: "true", branches: { include: ["main"] } },
        pr: "none",
        pool: { vmImage: "ubuntu-24.04" },
        jobs: [
          {
            job: jobOf(plan),
            displayName: "Build the image",
            timeoutInMinutes: "60",
            steps: [
              { checkout: "self" },
              { task: "NodeTool@0", inputs: { versionSpec: "24.x" } },
              {
                bash: script(plan),
                name: "build",
                displayName: "Build and publish",
                env: { ...buildVariables(plan), DOCKER_AUTH_CONFIG: "$(DOCKER_AUTH_CONFIG)" },
              },
            ],
          },
        ],
      },
      comments: [
        [["trigger", "batch"], "Two builds at once would write the same cache image."],
        [["jobs", 0, "steps", 2, "env", "BUILDER"], "Pinned by digest. Run cnb emit again to use a newer builder."],
        [["jobs", 0, "steps", 2, "env", "DOCKER_AUTH_CONFIG"], "Azure Pipelines passes a secret only if env names it."],
      ],
    },
  ]);
