import { type Limit, limits, type Origin } from "../../builder-packager/src/limits.ts";

/** docs/guide/limits.md, from the limits of the packager. */
export const limitsPage = (): string => `# Limits

\`cnb\` does not trust these inputs. The limit of each input is far above the sizes that occur in practice. If an
input exceeds its limit, the command ends with the code in the last column, which [errors](../errors.md)
explains. For each limit, a test provides an input of ten times the limit. This page is generated
(\`npm run docs\`).

${origins.map(section).join("\n\n")}

Limits for running buildpacks, such as \`--memory\` and \`--timeout\`, are in [Where it runs](where-it-runs.md) and
[Building](building.md). Time limits of registries are in [Registries](registries.md).
Limits of buildpacks on the small engine are in [The small engine](engine.md#limits).
`;

const titles: Readonly<Record<Origin, string>> = {
  buildpack: "From buildpacks and image extensions",
  app: "From the app, and files that you write",
  image: "From images and builders",
  archive: "From archives, layers and package mirrors",
  registry: "From registries",
  engine: "From Docker and podman",
  operator: "From vulnerability reports and lock files",
};

const origins = Object.keys(titles) as Origin[];

const rows: readonly Limit[] = Object.values(limits);

const section = (origin: Origin): string =>
  `## ${titles[origin]}\n| input | limit | if exceeded |\n|---|---|---|\n${rows
    .filter(({ from }) => from === origin)
    .map((limit) => `| ${limit.what} | ${amount(limit)} | ${outcome(limit)} |`)
    .join("\n")}`;

const units = [
  [1024 ** 3, "GiB"],
  [1024 ** 2, "MiB"],
  [1024, "KiB"],
] as const;

function amount({ most, unit }: Limit): string {
  const [size, name] = units.find(([bytes]) => unit === "bytes" && most % bytes === 0) ?? [1, unit];
  return `${(most / size).toLocaleString("en")} ${name}`;
}

const outcome = ({ code }: Limit): string => code.replaceAll(/\b[A-Z]+_[A-Z_]+\b/g, (name) => `\`${name}\``);
