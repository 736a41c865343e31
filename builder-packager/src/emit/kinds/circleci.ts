import type { EmitPlan } from "../plan.ts";
import { renderYaml } from "../yaml.ts";
import { buildCommand, buildVariables, writtenBy } from "./common.ts";

// Pinned by version: an orb's version and a dated tag of a machine image cannot change.
const nodeOrb = "circleci/node@7.1.0";
const machineImage = "ubuntu-2404:2025.09.1";

const heading = (plan: EmitPlan) => `${writtenBy(plan, "circleci")}
Save as .circleci/config.yml. The environment variable DOCKER_AUTH_CONFIG of the project contains a
config.json of Docker with the login of the registry. Later jobs attach the workspace and read
IMAGE_URL, IMAGE_DIGEST and IMAGE_REFERENCE from build.env.`;

/** Renders a job and a workflow of CircleCI that build the image on each push to main. */
export function circleciManifest(plan: EmitPlan): string {
  const job = `build-${plan.name}`;
  return renderYaml(heading(plan), [
    {
      value: {
        version: 2.1,
        orbs: { node: nodeOrb },
        jobs: {
          [job]: {
            machine: { image: machineImage },
            environment: buildVariables(plan),
            steps: [
              "checkout",
              { "node/install": { "node-version": "24" } },
              {
                run: {
                  name: "Build and publish",
                  command: buildCommand(plan, "CIRCLE_SHA1", ["--output-file build.env"]),
                  no_output_timeout: "30m",
                },
              },
              { persist_to_workspace: { root: ".", paths: ["build.env"] } },
            ],
          },
        },
        workflows: {
          [job]: {
            jobs: [
              {
                [job]: {
                  "serial-group": `<< pipeline.project.slug >>/${job}`,
                  filters: { branches: { only: "main" } },
                },
              },
            ],
          },
        },
      },
      comments: [
        [["jobs", job, "machine"], "A virtual machine, because the containers of CircleCI permit no sandbox."],
        [["jobs", job, "environment", "BUILDER"], "Pinned by digest. Run cnb emit again to use a newer builder."],
        [["workflows", job, "jobs", 0, job, "serial-group"], "Two builds at once would write the same cache image."],
      ],
    },
  ]);
}
