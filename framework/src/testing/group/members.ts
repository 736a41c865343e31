import { join, resolve } from "node:path";
import type { Buildpack } from "../../buildpack.ts";
import { LibcnbError } from "../../errors.ts";
import type { GroupElement, Order } from "../../lifecycle-rules/group.ts";
import { readDescriptor } from "../../runtime/inputs/read-descriptor.ts";
import type { BuildpackToml } from "../../spec/buildpack-toml.ts";
import { escapeBuildpackId } from "../../spec/names.ts";
import type { World } from "../fixture/world.ts";
import { type FixtureBuildpack, writeBuildpack } from "../fixture/written-buildpack.ts";
import type { FixtureGroupBuildpack, FixtureMember, FixtureOrder, GroupFixture } from "./fixture.ts";

/** A buildpack of a group, whose directory has been created. */
export interface Member {
  readonly api: string;
  readonly id: string;
  readonly version: string;
  /** The buildpack; undefined for a composite one. */
  readonly buildpack: Buildpack | undefined;
  readonly dir: string;
  readonly order: Order;
  readonly descriptor: BuildpackToml | undefined;
}

/** Buildpacks by id. */
export type Members = ReadonlyMap<string, Member>;

/** The directories that the test provides, with the names that replace them in results. */
export function knownDirectories({ buildpacks }: GroupFixture): Readonly<Record<string, string>> {
  const own = Object.entries(buildpacks).flatMap(([id, given]) => {
    const descriptor = "descriptor" in given ? given.descriptor : undefined;
    return typeof descriptor === "string" ? [[resolve(descriptor), `buildpack/${escapeBuildpackId(id)}`]] : [];
  });
  return Object.fromEntries(own);
}

/** Creates the directories of all buildpacks and reads their descriptors. */
export async function writeMembers(world: World, { buildpacks }: GroupFixture): Promise<Members> {
  const written = Object.entries(buildpacks).map(
    async ([id, given]) => [id, await writeMember(world, id, given)] as const,
  );
  return new Map(await Promise.all(written));
}

async function writeMember(world: World, id: string, given: FixtureGroupBuildpack): Promise<Member> {
  if ("order" in given) return composite(id, given);
  const buildpack = buildpackOf(given);
  const descriptor = (!("detect" in given) && given.descriptor) || {};
  const dir = await writeBuildpack(withId(descriptor, id), join(world.buildpack, escapeBuildpackId(id)));
  const read = await readDescriptor(dir);
  if (read.buildpack.id !== id)
    throw unbuildable(`${dir} contains the buildpack ${read.buildpack.id}, not ${id} as in the test`);
  const { version } = read.buildpack;
  return { api: read.api, id, version, buildpack, dir, order: orderOf(read), descriptor: read };
}

/** The buildpack of a member; undefined if only its directory is given. */
function buildpackOf(given: Exclude<FixtureGroupBuildpack, { readonly order: FixtureOrder }>): Buildpack | undefined {
  if ("detect" in given) return given;
  return "buildpack" in given ? given.buildpack : undefined;
}

const withId = (given: FixtureBuildpack, id: string): FixtureBuildpack =>
  typeof given === "string" ? given : { ...given, id };

function composite(id: string, given: { readonly order: FixtureOrder; readonly version?: string }): Member {
  const { version = "1.0.0", order } = given;
  return { api: "0.10", id, version, buildpack: undefined, dir: "", order: toOrder(order), descriptor: undefined };
}

// a member of an order may omit its version, because there is one buildpack of each id
const orderOf = ({ order }: BuildpackToml): Order =>
  order.map((group) => group.map(({ id, version = "", optional }) => ({ id, version, optional })));

/** Converts the order in a test. Versions are those of the test's buildpacks. */
export const toOrder = (order: FixtureOrder): Order => order.map((group) => group.map(toElement));

function toElement(member: FixtureMember): GroupElement {
  if (typeof member !== "string") return { version: "", ...member };
  const optional = member.endsWith("?");
  return { id: optional ? member.slice(0, -1) : member, version: "", optional };
}

/**
 * Finds the buildpack for a member of an order.
 *
 * @throws LibcnbError TEST_INPUT_MISSING, TEST_UNBUILDABLE
 */
export function memberOf(members: Members, { id, version }: Pick<GroupElement, "id" | "version">): Member {
  const member = members.get(id);
  if (member === undefined) {
    throw new LibcnbError("TEST_INPUT_MISSING", `the order names the buildpack ${id}, which the test does not define`, {
      cause: `it defines ${[...members.keys()].sort().join(", ") || "none"}`,
      hint: `Add buildpacks: { ${JSON.stringify(id)}: … } to the test.`,
    });
  }
  if (version === "" || version === member.version) return member;
  throw unbuildable(`the order names ${id}@${version}, but the test defines ${id}@${member.version}`);
}

/** Creates the error for a build that would make a platform fail. */
export const unbuildable = (message: string, cause?: unknown): LibcnbError<"TEST_UNBUILDABLE"> =>
  new LibcnbError("TEST_UNBUILDABLE", message, { cause });
