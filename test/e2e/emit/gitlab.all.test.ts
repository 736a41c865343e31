// @needs git, rsync
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbSucceeds, execute, pinnedNode } from "../../support/cnb.ts";
import { type EmitWorld, emitWorld } from "../../support/emit/emit-world.ts";
import { gitlabCiLocal } from "../../support/workflow-judges.ts";

let world: EmitWorld;
let program: string;
beforeAll(async () => {
  [world, program] = await Promise.all([emitWorld(), gitlabCiLocal()]);
  const pipeline = `include:
  - local: image.gitlab-ci.yml
deploy:
  stage: deploy
  script:
    - echo "deploy $IMAGE_REFERENCE"
`;
  const files = { ".gitlab-ci.yml": pipeline, "image.gitlab-ci.yml": await world.emit("gitlab") };
  await world.write("app", { ...files, ".gitignore": ".gitlab-ci-local\nbuild.env\n" });
  await git("init", "--quiet", "--initial-branch", "main");
  await git("config", "user.name", "test");
  await git("config", "user.email", "test@example.com");
  await git("remote", "add", "origin", "https://example.com/acme/shop.git");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "first");
}, 120_000);
afterAll(() => world?.remove());

async function git(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await execute("git", args, { cwd: world.location("app"), env: world.env });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return stdout.trim();
}

/** Runs gitlab-ci-local in the repository. Its jobs start on this machine, not in containers. */
const gitlab = (...args: readonly string[]) =>
  execute(pinnedNode, [program, ...args], { cwd: world.location("app"), env: world.env });

test("gitlab-ci-local runs the job that cnb emit gitlab prints, and passes the digest of the image to the next job", async () => {
  const { exitCode, stdout, stderr } = await gitlab("--force-shell-executor");
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const image = `${world.registry.host}/shop`;
  const digest = (await cnbSucceeds(["image", "digest", `${image}:1`])).stdout.trim();
  expect(stripVTControlCharacters(stdout)).toMatch(new RegExp(`deploy +> deploy ${image}@${digest}\n`));
  const commit = await git("rev-parse", "HEAD");
  expect((await cnbSucceeds(["image", "digest", `${image}:${commit}`])).stdout.trim()).toBe(digest);
});

test("gitlab-ci-local does not run the job that cnb emit gitlab prints on another branch", async () => {
  const jobs = async () => {
    const { stdout } = await gitlab("--list-csv");
    return stdout
      .trim()
      .split("\n")
      .map((line) => line.split(";")[0]);
  };
  expect(await jobs()).toEqual(["name", "build-shop", "deploy"]);
  await git("switch", "--quiet", "--create", "feature");
  expect(await jobs()).toEqual(["name", "deploy"]);
});
