/** The probe's answers in one sandbox, by question. A question is `topic.words`. */
export type Answers = Readonly<Record<string, string>>;

/** Reads all complete sets of answers in an output. */
export function answersIn(output: string): readonly Answers[] {
  const sets: Answers[] = [];
  let current: Record<string, string> = {};
  for (const [, question = "", answer = ""] of output.matchAll(/probe: ([^=\n]+)=([^\r\n]*)/g)) {
    if (question !== "end") current[question] = answer;
    else {
      sets.push(current);
      current = {};
    }
  }
  return sets;
}

/** A sandbox that the probe ran in: `environment/backend/account`. */
export type Column = string;

/** All answers of all sandboxes. */
export type AnswerTable = Readonly<Record<Column, Answers>>;

/** For each question and each answer to it the sandboxes, as a reader of a diff wants it. */
export interface StoredAnswers {
  readonly sandboxes: readonly Column[];
  /** The sandboxes by answer; the most frequent answer has `all others`. */
  readonly questions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const separator = ", ";
const others = "all others";

export function storedAnswers(table: AnswerTable): StoredAnswers {
  const questions = [...new Set(Object.values(table).flatMap((answers) => Object.keys(answers)))];
  return {
    sandboxes: Object.keys(table),
    questions: Object.fromEntries(questions.map((question) => [question, columnsByAnswer(table, question)])),
  };
}

function columnsByAnswer(table: AnswerTable, question: string): Readonly<Record<string, string>> {
  const by = Map.groupBy(Object.keys(table), (column) => table[column]?.[question] ?? "not asked");
  const [most, ...rest] = [...by].sort(([a, first], [b, second]) => second.length - first.length || (a < b ? -1 : 1));
  return Object.fromEntries([
    ...(most ? [[most[0], others]] : []),
    ...rest.map(([answer, columns]) => [answer, columns.join(separator)]),
  ]);
}

/** The table that was stored. */
export const tableOf = ({ sandboxes, questions }: StoredAnswers): AnswerTable =>
  Object.fromEntries(
    sandboxes.map((column) => [
      column,
      Object.fromEntries(Object.entries(questions).map(([question, by]) => [question, answerFor(by, column)])),
    ]),
  );

function answerFor(by: Readonly<Record<string, string>>, column: Column): string {
  const own = Object.entries(by).find(([, columns]) => columns.split(separator).includes(column));
  return (own ?? Object.entries(by).find(([, columns]) => columns === others))?.[0] ?? "";
}

/** Numbers that depend on the machine, as words. */
export function withoutMachine(answers: Answers, host: Answers, memory: number): Answers {
  const words = ([question, answer]: [string, string]): [string, string] => {
    if (question.startsWith("limits.RLIMIT") && answer === host[question]) return [question, "the host's"];
    if (question.startsWith("limits.size")) return [question, sizeInWords(Number(answer), memory)];
    if (question === "identity.inherited file descriptors") return [question, withoutTestRunner(answer)];
    return [question, answer];
  };
  return Object.fromEntries(Object.entries(answers).map(words));
}

function sizeInWords(bytes: number, memory: number): string {
  const parts = Math.round(memory / bytes);
  if (bytes > memory) return "the disk's";
  if (bytes < 2 ** 30) return `${Math.round(bytes / 2 ** 20)} MiB`;
  return Math.abs(memory / bytes - parts) < 0.2 ? `1/${parts} of the memory` : `${bytes}`;
}

/** Descriptors that the programs around the tests left open reach cnb, too, which covers each with a device that is empty. */
const withoutTestRunner = (answer: string): string =>
  answer.replaceAll(/\b\d{2,} device(?:, )?/g, "").replace(/, $|^$/, "") || "none";
