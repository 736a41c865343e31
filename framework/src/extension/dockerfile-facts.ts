import { type DockerfileLine, dockerfileLines } from "./dockerfile-lines.ts";
import { imageToExtend } from "./dockerfile-value.ts";
import { quotedWords, spaceWords } from "./dockerfile-words.ts";

/**
 * Facts that a platform needs before it applies an extension's Dockerfile. The file has no errors:
 * see `checkDockerfile`.
 */
export interface DockerfileFacts {
  /** The base image named in the file, if it is not the one to extend. */
  readonly base: string | undefined;
  /** True if it changes the image, and does not only name another one. */
  readonly isExtending: boolean;
  /** The arguments that it declares. Authors declare `build_id` to apply it again in each build. */
  readonly args: readonly string[];
  /** True if the result depends on the files of its context. */
  readonly readsContext: boolean;
  /** The instructions after FROM, each on one line. */
  readonly instructions: readonly string[];
}

/**
 * Extracts the facts that a platform needs from a Dockerfile.
 *
 * @example `dockerfileFacts("FROM debian:13\n") // { base: "debian:13", isExtending: false, … }`
 * @see https://github.com/buildpacks/spec/blob/main/image_extension.md#phase-4-extension
 */
export function dockerfileFacts(text: string): DockerfileFacts {
  const { lines, escape: escapeChar } = dockerfileLines(text);
  const from = lines.findIndex((line) => keyword(line) === "FROM");
  const [image = ""] = spaceWords(lines[from]?.rest ?? "");
  const commands = lines.slice(from + 1);
  const args = lines
    .filter((line) => keyword(line) === "ARG")
    .flatMap(({ rest }) => quotedWords(rest, escapeChar).map((word) => word.split("=", 1)[0] ?? ""));
  return {
    base: image === imageToExtend ? undefined : image,
    isExtending: commands.length > 0,
    args,
    readsContext: commands.some(readsFiles),
    instructions: commands.map((line) => [keyword(line), ...line.flags, line.rest].join(" ")),
  };
}

const keyword = ({ name }: DockerfileLine) => name.toUpperCase();

const readsFiles = (line: DockerfileLine): boolean =>
  ["ADD", "COPY", "ONBUILD"].includes(keyword(line)) || line.flags.some((flag) => flag.startsWith("--mount"));
