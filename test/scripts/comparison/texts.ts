import { appNames, type Comparison, type Step } from "../../bench/comparison/results.ts";

export const titles: Readonly<Record<Step, string>> = {
  first: "First build",
  unchanged: "Unchanged",
  code: "Code changed",
  dependency: "Dependency added",
  base: "Base image fixed",
};

export const steps: Readonly<Record<Step, string>> = {
  first: `The caches of each tool are empty, and no image has been pulled. With \`cnb build\` and \`pack build\`,
buildpacks download and install the language runtime. The base images of the Dockerfiles contain it.`,
  unchanged: "The same sources are built again. The value is the better of two builds.",
  code: "One source file of the app has a new line or a new text.",
  dependency: "The app has one more direct dependency.",
  base: `The registry contains new versions of the base images, with one more layer. \`cnb rebase\` and \`pack
rebase\` rebase the image. The other tools build the Dockerfile again, and pull the new base image.`,
};

/** The section on how the figures were measured. */
export function method({ machine, versions, apps, remark }: Comparison): string {
  const dates = [...new Set(apps.map(({ date }) => date))].sort();
  const loads = apps.flatMap(({ load }) => [load.start, load.end]);
  const absent = appNames.filter((name) => !apps.some(({ app }) => app === name));
  const kaniko = apps.some(({ tools }) => tools.kaniko !== undefined) ? kanikoText : "";
  const listed = Object.entries(versions).map(([name, version]) => `| ${name} | ${version} |`);
  return `## Method
The figures were measured on ${dates.join(" and ")}, on a machine with ${machine.processors} processors (${machine.architecture}) and ${machine.memoryGb} GB of
memory. Other programs ran on the machine at the same time: the load average was between ${Math.min(...loads)} and
${Math.max(...loads)}. The ratios between tools are more reliable than the seconds, because the tools ran in turns.
A change of the load during a step still affects some tools more than others.${notes(remark, absent)}

- **Turns.** All tools do one step, one after another, before the next step begins. A load
  that lasts for the whole step affects all of them.
- **Sources.** All tools build the same directory, and install packages from the same npm registry,
  Python index and Maven repository.
- **Registry.** All tools pull from one registry on this machine (CNCF Distribution), and push to it.
- **Builder.** \`cnb build\` and \`pack build --trust-builder\` use the same builder and the same run image. pack
  has a Docker daemon of its own.
- **Dockerfiles.** Each Dockerfile has two stages. It copies the files that name dependencies before the
  sources, so that unchanged dependencies come from the cache. [Coming from a
  Dockerfile](coming-from/dockerfile.md) explains the correspondence with buildpacks.
- **Base images of the Dockerfiles.** They stand for the official images \`node:24-slim\`,
  \`python:3.14-slim\` and \`eclipse-temurin:17-jre\`. They are made from the same Debian packages as the run
  image, or for Java from the packages of the official images. Maven's stage has a JDK and Maven.
- **BuildKit** is the one in the Docker daemon. The tool runs \`docker build\` and \`docker push\`.
- **buildah** runs \`buildah bud --layers --isolation chroot\` and \`buildah push\`.
${kaniko}- **Next.js** uses the output \`standalone\`, as the Dockerfile of its documentation does.

| tool | version |
|---|---|
${listed.join("\n")}

## Repeat it
The commands need root, Docker, buildah, skopeo, docker-registry and Go:

\`\`\`sh
npm run bench -- --only comparison               # all apps, into docs/comparison.json
npm run bench -- --only comparison --app spring  # one app: express, next, fastapi, django, spring
npm run docs                                     # this page and its pictures
\`\`\`
`;
}

function notes(remark: string | undefined, absent: readonly string[]): string {
  const named = absent.map((app) => `\`${app}\``).join(", ");
  const missing =
    absent.length === 0
      ? ""
      : `\nThe suite also has the ${absent.length === 1 ? "app" : "apps"} ${named}, for which this page has no results.`;
  return `${remark === undefined ? "" : `\n${remark}`}${missing}`;
}

const kanikoText = `- **kaniko** runs with \`--cache=true\` and a cache in the registry, in a container of a Docker daemon. The
  project is archived. Its last version was compiled from its Go module.
`;
