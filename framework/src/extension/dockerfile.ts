import type { DockerfileKind } from "./check-dockerfile.ts";
import {
  checkName,
  type DockerfileValue,
  type DockerfileVariable,
  imageToExtend,
  invalid,
  reference,
  variablesIn,
} from "./dockerfile-value.ts";
import {
  argText,
  type CopyOptions,
  copyText,
  type DockerfileCommand,
  envText,
  labelText,
  runText,
  shellText,
  userText,
  workdirText,
} from "./instruction-text.ts";

/**
 * An immutable Dockerfile builder. Each method returns a new builder. The file has the single stage
 * and the first lines that the lifecycle requires. If the file sets a user, its last instruction
 * restores the image's user.
 *
 * All methods throw LibcnbError DOCKERFILE_INVALID for input that a Dockerfile cannot express.
 */
export interface Dockerfile<Kind extends DockerfileKind = DockerfileKind> {
  readonly kind: Kind;
  /**
   * Declares an argument, whose value is set by `args` of generate or by the lifecycle. Later
   * instructions and their shell commands can use the argument.
   */
  arg(name: string, defaultValue?: DockerfileValue): Dockerfile<Kind>;
  /** Sets environment variables of the image. */
  env(variables: Readonly<Record<string, DockerfileValue>>): Dockerfile<Kind>;
  label(labels: Readonly<Record<string, DockerfileValue>>): Dockerfile<Kind>;
  /** Copies files of the context into the image. Paths may contain `*` and `?`. */
  copy(
    source: DockerfileValue | readonly [string, string, ...string[]],
    destination: DockerfileValue,
    options?: CopyOptions,
  ): Dockerfile<Kind>;
  /** Like `copy`, but also fetches URLs and unpacks archives. */
  add(source: DockerfileValue, destination: DockerfileValue, options?: CopyOptions): Dockerfile<Kind>;
  /**
   * Runs a shell command, which may have several lines, or an executable with arguments, without a
   * shell.
   */
  run(command: DockerfileCommand): Dockerfile<Kind>;
  /** Sets the shell for later commands. Default: `/bin/sh -c`. */
  shell(words: readonly [string, ...string[]]): Dockerfile<Kind>;
  /** Sets the user for later commands: `root`, `1000:1000`. */
  user(user: DockerfileValue): Dockerfile<Kind>;
  workdir(path: DockerfileValue): Dockerfile<Kind>;
  /**
   * Declares that the result of all instructions so far can be used on top of a newer run image.
   * Without this declaration, or with `is` set to false, the app image cannot be rebased.
   */
  rebasable(is?: boolean): Dockerfile<Kind>;
  /** Runs later instructions in every build, even if nothing changed. */
  everyBuild(): Dockerfile<Kind>;
  /** Returns the text of the file. */
  toString(): string;
}

/** Arguments that the lifecycle passes to Dockerfiles that declare them. */
const given: Readonly<Record<string, string | undefined>> = { build_id: "0", user_id: undefined, group_id: undefined };

interface DockerfileState {
  readonly kind: DockerfileKind;
  readonly lines: readonly string[];
  readonly shell: readonly string[];
  readonly declared: readonly string[];
  readonly hasUser: boolean;
}

function dockerfileOf<Kind extends DockerfileKind>(kind: Kind, written: DockerfileState): Dockerfile<Kind> {
  const next = (change: Partial<DockerfileState>) => dockerfileOf(kind, { ...written, ...change });
  const append = (values: readonly DockerfileValue[], ...texts: readonly string[]) => {
    const { lines, declared } = declaring(written, values.flatMap(variablesIn));
    return { lines: [...lines, ...texts], declared };
  };
  const each = (
    values: Readonly<Record<string, DockerfileValue>>,
    text: (name: string, value: DockerfileValue) => string,
  ) => append(Object.values(values), ...Object.entries(values).map(([name, value]) => text(name, value)));
  return {
    kind,
    arg: (name, value) => next(withArgument(written, name, value)),
    env: (variables) => next(each(variables, envText)),
    label: (labels) => next(each(labels, labelText)),
    copy: (source, destination, options = {}) => {
      const sources = isList(source) ? source : [source];
      return next(append(valuesIn(sources, destination, options), copyText("COPY", sources, destination, options)));
    },
    add: (source, destination, options = {}) =>
      next(append(valuesIn([source], destination, options), copyText("ADD", [source], destination, options))),
    run: (command) => next(append([], runText(command, written.shell))),
    shell: (words) => next({ ...append([], shellText(words)), shell: words }),
    user: (user) => next({ ...append([user], userText(user)), hasUser: true }),
    workdir: (path) => next(append([path], workdirText(path))),
    rebasable: (is = true) => next(append([], labelText("io.buildpacks.rebasable", String(is)))),
    everyBuild: () => next(append([{ variable: "build_id" }], `RUN echo ${reference("build_id")}`)),
    toString: () => textOf(written),
  };
}

const isList = (
  source: DockerfileValue | readonly [string, string, ...string[]],
): source is readonly [string, string, ...string[]] =>
  Array.isArray(source) && source.every((part) => typeof part === "string");

const valuesIn = (sources: readonly DockerfileValue[], destination: DockerfileValue, { owner }: CopyOptions) => [
  ...sources,
  destination,
  ...(owner === undefined ? [] : [owner]),
];

/** Declares the lifecycle's arguments that are used and not yet declared. */
function declaring({ lines, declared }: Pick<DockerfileState, "lines" | "declared">, used: readonly string[]) {
  const missing = [...new Set(used)].filter((name) => Object.hasOwn(given, name) && !declared.includes(name));
  return {
    lines: [...lines, ...missing.map((name) => argText(name, given[name]))],
    declared: [...declared, ...missing],
  };
}

function withArgument(
  written: DockerfileState,
  name: string,
  value: DockerfileValue | undefined,
): Partial<DockerfileState> {
  if (name === "base_image") throw invalid("base_image is declared already", "Remove the argument.");
  if (Object.hasOwn(given, name) && value !== undefined)
    throw invalid(`the argument ${name} cannot have a value: the lifecycle sets it`, "Declare it without a value.");
  if (Object.hasOwn(given, name)) return declaring(written, [name]);
  const { lines, declared } = declaring(written, value === undefined ? [] : variablesIn(value));
  return { lines: [...lines, argText(name, value)], declared: [...declared, name] };
}

function textOf(written: DockerfileState): string {
  if (!written.hasUser) return `${written.lines.join("\n")}\n`;
  const { lines } = declaring(written, ["user_id", "group_id"]);
  return `${[...lines, userOfImage].join("\n")}\n`;
}

// An image's user may have no group. Then there is no colon either.
const userOfImage = ["USER $", "{user_id}$", "{group_id:+:$", "{group_id}}"].join("");

function begin<Kind extends DockerfileKind>(kind: Kind, lines: readonly string[]): Dockerfile<Kind> {
  return dockerfileOf(kind, { kind, lines, shell: ["/bin/sh", "-c"], declared: [], hasUser: false });
}

const head = ["ARG base_image", `FROM ${imageToExtend}`, ""];
const imagePattern = /^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/;

/**
 * Creates a Dockerfile builder, which only produces valid files. `build()` extends the build image,
 * and `run()` extends or replaces the run image. `variable(name)` refers to an argument or variable
 * of the Dockerfile.
 *
 * @example
 * ```ts
 * dockerfile.build().user("root").run("apt-get update && apt-get install -y --no-install-recommends jq");
 * dockerfile.run({ from: "debian:13" });
 * dockerfile.run().env({ PATH: ["/opt/tools/bin:", dockerfile.variable("PATH")] }).rebasable();
 * ```
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/image_extension.md#dockerfile-requirements
 */
export const dockerfile = {
  build: (): Dockerfile<"build"> => begin("build", head),
  run({ from }: { readonly from?: string } = {}): Dockerfile<"run"> {
    if (from === undefined) return begin("run", head);
    if (imagePattern.test(from)) return begin("run", [`FROM ${from}`]);
    throw invalid(
      `${JSON.stringify(from)} is not the name of an image`,
      "Write REGISTRY/REPOSITORY:TAG or …@sha256:….",
    );
  },
  variable: (name: string): DockerfileVariable => ({ variable: checkName(name, "variable") }),
} as const;
