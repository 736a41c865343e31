import { resolve } from "node:path";
import * as clack from "@clack/prompts";
import { defined } from "./defined.ts";
import { Cancelled } from "./errors.ts";
import type { CreateHost, CreateOptions } from "./options.ts";
import { type License, licenses } from "./project/license.ts";
import { idProblem, lineProblem, suggestedId } from "./project/names.ts";
import { templates } from "./project/template.ts";
import { defaultDir, defaultId, possibleTemplates } from "./resolve-options.ts";

/**
 * Asks the user for the most important settings that are missing.
 *
 * @throws Cancelled
 */
export async function answer(options: CreateOptions, host: CreateHost): Promise<CreateOptions> {
  const asked = questions(host);
  clack.intro("A new project with libcnb", asked.common);
  const template = options.template ?? (await askTemplate(asked, options));
  const dir = options.dir ?? (await asked.text("In which directory?", defaultDir(template), lineProblem));
  const id = options.id ?? (await askId(asked, resolve(host.cwd, dir)));
  const license =
    options.license ??
    (await asked.select<License>(
      "Under which licence?",
      licenses.map((value) => ({ value })),
    ));
  const install = options.install ?? (await asked.confirm("Install the dependencies now?", true));
  return { ...options, dir, template, id, license, install };
}

/**
 * Asks the user to confirm that existing files are replaced.
 *
 * @throws Cancelled unless the user agrees
 */
export async function confirmReplacing(files: readonly string[], host: CreateHost): Promise<void> {
  const asked = questions(host);
  clack.note(files.join("\n"), "These files exist with other contents", asked.common);
  if (!(await asked.confirm("Overwrite these files?", false))) throw new Cancelled();
}

function askTemplate(asked: Questions, options: CreateOptions): Promise<string> | string {
  const names = possibleTemplates(options);
  if (names.length === 1 && names[0]) return names[0];
  return asked.select<string>(
    "Which template?",
    names.map((value) => ({ value, hint: templates[value].summary })),
  );
}

const askId = (asked: Questions, dir: string): Promise<string> =>
  asked.text("Which id? (ORGANISATION/NAME)", defaultId(dir), (id) => {
    const problem = idProblem(id);
    return problem && `${problem}; for example ${suggestedId(id)}`;
  });

interface Questions {
  readonly common: clack.CommonOptions;
  text(message: string, initial: string, problem: (text: string) => string | undefined): Promise<string>;
  select<Value extends string>(message: string, options: { value: Value; hint?: string }[]): Promise<Value>;
  confirm(message: string, initialValue: boolean): Promise<boolean>;
}

/** The library's questions on our streams; a question that is answered by Ctrl-C ends all. */
function questions({ input, progress, signal }: CreateHost): Questions {
  const common = {
    input: input as NodeJS.ReadStream,
    output: progress as NodeJS.WriteStream,
    ...defined({ signal }),
  };
  return {
    common,
    text: async (message: string, initial: string, problem: (text: string) => string | undefined) =>
      unlessCancelled(
        await clack.text({
          ...common,
          message,
          placeholder: initial,
          defaultValue: initial,
          validate: (text) => (text ? problem(text) : undefined),
        }),
      ),
    select: async <Value extends string>(message: string, options: { value: Value; hint?: string }[]) =>
      unlessCancelled(await clack.select({ ...common, message, options: options as clack.Option<Value>[] })) as Value,
    confirm: async (message: string, initialValue: boolean) =>
      unlessCancelled(await clack.confirm({ ...common, message, initialValue })),
  };
}

function unlessCancelled<Answer>(answer: Answer): Exclude<Answer, symbol> {
  if (typeof answer === "symbol") throw new Cancelled();
  return answer as Exclude<Answer, symbol>;
}
