import fc from "fast-check";
import { checkDockerfile, type Dockerfile, dockerfile } from "libcnb";
import { formatExtendConfigToml } from "libcnb/spec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anyDockerfile, builderCall, hostileText } from "../../support/generated/dockerfiles.ts";
import { type DockerfileJudge, officialDockerfileJudge } from "../../support/lifecycle/official-dockerfile.ts";

let judge: DockerfileJudge;
beforeAll(async () => {
  judge = await officialDockerfileJudge();
});
afterAll(() => judge?.remove());

/** A fixed seed: a failure is the same tomorrow. */
const sampled = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] => fc.sample(arbitrary, { numRuns, seed: 3 });
const kinds = ["build", "run"] as const;
const refused = (text: string, kind: "build" | "run") =>
  checkDockerfile(text, kind).some(({ severity }) => severity === "error");

describe("the lifecycle's checks of Dockerfiles", () => {
  test("accept and refuse the same Dockerfiles as checkDockerfile", async () => {
    const questions = sampled(anyDockerfile, 4000).flatMap((text) => kinds.map((kind) => ({ kind, text })));
    const answers = await judge.ask(questions);
    const differing = questions.filter(
      ({ text, kind }, index) => refused(text, kind) !== (answers[index]?.error !== ""),
    );
    expect(differing).toEqual([]);
    // otherwise the test would show nothing
    expect(answers.filter(({ error }) => error === "").length).toBeGreaterThan(500);
  });

  test.for<[string, string]>([
    ["of the maximal length", "x".repeat(65_531)],
    ["one byte longer than the maximum", "x".repeat(65_532)],
    ["of the maximal length in two-byte characters", "é".repeat(32_765)],
  ])("agree with checkDockerfile on a line %s", async ([, text]) => {
    const file = `FROM a\nRUN ${text}`;
    const [last, inner] = await judge.ask([file, `${file}\nRUN x`].map((each) => ({ kind: "run", text: each })));
    expect([refused(file, "run"), refused(`${file}\nRUN x`, "run")]).toEqual([last?.error !== "", inner?.error !== ""]);
  });

  test("accept Dockerfiles written with libcnb's dockerfile API, and read exactly the given words", async () => {
    const calls = sampled(builderCall, 3000);
    const env = { known: `$known's "value"`, user_id: "1000", group_id: "" };
    const files = calls.map((call, index) => call.apply(index % 2 === 0 ? dockerfile.build() : dockerfile.run()));
    const answers = await judge.ask(files.map((file) => ({ kind: file.kind, text: String(file), env })));
    expect(answers.map(({ error, words }) => error || words?.[0])).toEqual(calls.map(({ words }) => words));
  });

  test("accept complete Dockerfiles written with libcnb's dockerfile API, and the Dockerfiles end with the image's user", async () => {
    const sequences = sampled(fc.array(builderCall, { maxLength: 5 }), 500);
    const files = sequences.map((calls) =>
      String(
        calls
          .reduce<Dockerfile>((file, call) => call.apply(file), dockerfile.build().user("root"))
          .everyBuild()
          .rebasable(),
      ),
    );
    const env = { user_id: "1000", group_id: "" };
    const answers = await judge.ask(files.map((text) => ({ kind: "build", text, env })));
    expect(answers.map(({ error, words }) => error || words?.at(-1))).toEqual(files.map(() => ["USER", "1000"]));
    const [grouped] = await judge.ask([
      { kind: "build", text: files[0] ?? "", env: { user_id: "1000", group_id: "5" } },
    ]);
    expect(grouped?.words?.at(-1)).toEqual(["USER", "1000:5"]);
  });

  test("read a shell command of any form as one command", async () => {
    const commands = sampled(hostileText, 2000)
      .filter((text) => text.trim() !== "")
      .map((text, index) => (index % 3 === 0 ? `${text}\nUSER root\n${text}` : text));
    const answers = await judge.ask(
      commands.map((command) => ({ kind: "run", text: String(dockerfile.run().run(command)), env: {} })),
    );
    const read = answers.map(({ error, words }) => {
      const [, form, ...rest] = words?.length === 1 ? (words[0] ?? []) : [];
      return error || (form === "exec" ? rest.slice(2).join() : rest.join()).trim();
    });
    expect(read).toEqual(commands.map((command) => command.trim()));
  });

  test("read the run image that run.Dockerfile selects", async () => {
    const from = `registry.example/team/run:1.2@sha256:${"0".repeat(64)}`;
    const answers = await judge.ask([
      { kind: "run", text: String(dockerfile.run({ from })) },
      { kind: "run", text: String(dockerfile.run({ from }).run("x")) },
      { kind: "run", text: String(dockerfile.run().run("x")) },
    ]);
    expect(answers.map(({ error, withBase, extend }) => ({ error, withBase, extend }))).toEqual([
      { error: "", withBase: from, extend: false },
      { error: "", withBase: from, extend: true },
      { error: "", withBase: "", extend: true },
    ]);
  });

  test("refuse arguments in extend-config.toml that the lifecycle sets, and accept all other arguments", async () => {
    const names = ["build_id", "user_id", "group_id", "tools"];
    const texts = names.map((name) => formatExtendConfigToml({ build: { [name]: 'a "b"\n' }, run: {} }));
    const answers = await judge.ask(texts.map((text) => ({ kind: "config", text })));
    expect(answers.map(({ error }) => error !== "")).toEqual([true, true, true, false]);
  });
});
