import type { AnswerTable, Column } from "./answers.ts";

/** The guide's names of environments, in the order of its tables. */
const environments: readonly (readonly [name: string, title: string])[] = [
  ["build", "In `bin/build`"],
  ["detect", "In `bin/detect`, where it differs from `bin/build`"],
  ["run-user", "In `cnb run --network none` of an image with an ordinary user"],
  ["run-root", "In `cnb run` of an image whose user is root"],
  ["RUN", "In `RUN` of an image extension's Dockerfile"],
];

const topics: Readonly<Record<string, string>> = {
  identity: "Identity",
  keys: "Keyrings",
  processes: "Processes",
  files: "Files",
  namespaces: "Namespaces and mounts",
  kernel: "Kernel",
  network: "Network",
  limits: "Limits",
  ipc: "IPC",
};

const widest = 120;

/** The section of docs/guide/where-it-runs.md that the probe's answers make. */
export function probeSection(table: AnswerTable): string {
  const coarse = withoutReasons(table);
  const questions = Object.keys(Object.values(coarse)[0] ?? {});
  const same = questions.filter((question) => vector(coarse, question, Object.keys(coarse)).size === 1);
  const rest = questions.filter((question) => !same.includes(question));
  const parts = environments.map(([name, title]) => environmentPart(coarse, name, title, rest));
  return [everywherePart(coarse, same), ...parts].join("\n\n");
}

/** The error number of a refusal is in the stored answers. */
const withoutReasons = (table: AnswerTable): AnswerTable =>
  Object.fromEntries(
    Object.entries(table).map(([column, answers]) => [
      column,
      Object.fromEntries(
        Object.entries(answers).map(([name, answer]) => [
          name,
          answer.replace(/^no \([A-Z]+\)$/, "no").replace(/^0{16}$/, "none"),
        ]),
      ),
    ]),
  );

const vector = (table: AnswerTable, question: string, columns: readonly Column[]): ReadonlySet<string> =>
  new Set(columns.map((column) => table[column]?.[question] ?? ""));

function everywherePart(table: AnswerTable, questions: readonly string[]): string {
  const rows = merged(questions, (question) => answerOf(table, Object.keys(table), question));
  return `### The same everywhere\n${markdown(["question", "answer"], rows)}`;
}

function environmentPart(table: AnswerTable, name: string, title: string, questions: readonly string[]): string {
  const columns = Object.keys(table).filter((column) => column.startsWith(`${name}/`));
  const asked = questions.filter((question) => name !== "detect" || differsFromBuild(table, columns, question));
  const differing = asked.filter((question) => vector(table, question, columns).size > 1);
  const same = asked.filter((question) => !differing.includes(question));
  const groups = alike(table, columns, differing);
  const answers = (question: string) => groups.map(([first = ""]) => table[first]?.[question] ?? "");
  const parts = [
    ...(differing.length === 0 ? [] : [markdown(["question", ...groups.map(heading)], merged(differing, answers))]),
    ...(same.length === 0
      ? []
      : [
          markdown(
            ["question", "all"],
            merged(same, (question) => answerOf(table, columns, question)),
          ),
        ]),
  ];
  return `### ${title}\n${parts.join("\n\n")}`;
}

const answerOf = (table: AnswerTable, [first = ""]: readonly Column[], question: string): readonly string[] => [
  table[first]?.[question] ?? "",
];

const differsFromBuild = (table: AnswerTable, columns: readonly Column[], question: string): boolean =>
  columns.some((column) => table[column]?.[question] !== table[column.replace("detect/", "build/")]?.[question]);

/** Sandboxes with the same answers share a column. */
function alike(table: AnswerTable, columns: readonly Column[], questions: readonly string[]): readonly Column[][] {
  const key = (column: Column) => JSON.stringify(questions.map((question) => table[column]?.[question]));
  return [...Map.groupBy(columns, key).values()];
}

/** `unshare (root, user), bubblewrap (root)`. */
function heading(columns: readonly Column[]): string {
  const by = Map.groupBy(columns, (column) => column.split("/")[1] ?? "");
  return [...by]
    .map(([backend, all]) => `${backend} (${all.map((column) => column.split("/")[2]).join(", ")})`)
    .join(", ");
}

/** Questions of one topic with the same answers share a row, as far as it is wide enough. */
function merged(questions: readonly string[], answersTo: (question: string) => readonly string[]): string[][] {
  const byTopic = Map.groupBy(questions, (question) => question.split(".")[0] ?? "");
  return [...byTopic].flatMap(([topic, own]) => {
    const byAnswers = Map.groupBy(own, (question) => JSON.stringify(answersTo(question)));
    return [...byAnswers.values()].flatMap((alikes) =>
      filled(topics[topic] ?? topic, alikes.map(withoutTopic)).map((cell) => [cell, ...answersTo(alikes[0] ?? "")]),
    );
  });
}

const withoutTopic = (question: string): string => question.slice(question.indexOf(".") + 1);

function filled(topic: string, names: readonly string[]): readonly string[] {
  const cells: string[] = [];
  for (const name of names) {
    const longer = `${cells.at(-1)}; ${name}`;
    if (cells.length > 0 && longer.length <= widest) cells[cells.length - 1] = longer;
    else cells.push(`**${topic}**: ${name}`);
  }
  return cells;
}

const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(escaped).join(" | ")} |`).join("\n");

const escaped = (cell: string): string => cell.replaceAll("|", "\\|");
