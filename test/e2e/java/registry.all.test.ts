import { buildImage, container } from "@libcnb/packager/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appFolder } from "../../support/apps/app.ts";
import { failureOf } from "../../support/apps/app-cases.ts";
import { locationsOf } from "../../support/images/secret-locations.ts";
import { small, smallMaven } from "../../support/java/apps.ts";
import { settingsFor } from "../../support/java/maven-repository.ts";
import {
  type PrivateRepository,
  passwordForms,
  privateRepository,
  serverWith,
} from "../../support/java/private-repository.ts";
import { boundMaven, useJavaWorld } from "../../support/java/world.ts";

/** A repository that requires a login. The credentials are not a part of the app. */
const world = useJavaWorld();
let repository: PrivateRepository;
beforeAll(async () => {
  repository = await privateRepository();
});
afterAll(() => repository?.[Symbol.asyncDispose]());

const app = { files: smallMaven() };
const bound = (password?: string) => boundMaven(settingsFor(repository.url, serverWith("tests", password)));

test("credentials in a binding's settings.xml are neither in the image nor in the log", async () => {
  const env = { ...world().env, ...bound() };
  await using image = await buildImage({ ...world(), app: await appFolder(app), env });
  await using web = await container(image);
  await web.ready({ http: "/" });
  expect(await (await web.fetch("/")).json()).toBe(small.answers["/"]);
  await using again = await image.rebuild({ env });
  expect([await locationsOf(passwordForms, image), await locationsOf(passwordForms, again)]).toEqual([[], []]);
  expect(image.log.filter((line) => passwordForms.some((form) => line.includes(form)))).toEqual([]);
  const { answers } = repository;
  expect(answers).toContain("200 /commons-codec/commons-codec/1.17.1/commons-codec-1.17.1.jar");
  // Maven logs in when it is asked to, not before
  const refused = answers.filter((answer) => answer.startsWith("401")).map((answer) => answer.replace("401", "200"));
  expect(refused.filter((answer) => !answers.includes(answer))).toEqual([]);
});

test("cnb build reports a wrong repository password without showing it", async () => {
  const log = await failureOf(app, world(), bound("not this one"));
  expect(["401", "not this one"].filter((text) => log.includes(text))).toEqual(["401"]);
});
