import type { OrderGroup } from "./builders/order-tree.ts";
import { columns } from "./columns.ts";
import type { ImageIdentity } from "./inspected-image.ts";

/**
 * Escapes control characters in all strings of a value, because the strings come from labels, which
 * are untrusted.
 */
export function visible<Facts>(facts: Facts): Facts {
  if (typeof facts === "string") return escaped(facts) as Facts;
  if (Array.isArray(facts)) return facts.map(visible) as Facts;
  if (typeof facts !== "object" || facts === null) return facts;
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, visible(value)])) as Facts;
}

const escaped = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/**
 * Returns the lines of a section: the heading, `lines`, and an empty line. If `lines` is empty, the
 * section contains `otherwise` instead.
 */
export const section = (title: string, lines: readonly string[], otherwise = "(none)"): readonly string[] => [
  `${title}:`,
  ...(lines.length > 0 ? lines.map((line) => `  ${line}`) : [`  ${otherwise}`]),
  "",
];

/**
 * Returns the first lines of an inspection: the inspected name, the location (for example
 * `remote`), and the image's identity.
 */
export const heading = (kind: string, name: string, where: string, about?: ImageIdentity): readonly string[] => [
  `Inspecting ${kind}: '${visible(name)}'`,
  "",
  `${where.toUpperCase()}:`,
  "",
  ...(about ? identity(about) : []),
];

function identity({ digest, platform, platforms, index }: ImageIdentity): readonly string[] {
  const others = platforms.length > 1 ? ` (one of ${platforms.join(", ")})` : "";
  return [`Digest: ${digest}`, ...(index ? [`Index: ${index}`] : []), `Platform: ${platform}${others}`, ""];
}

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Formats a detection order as a tree. */
export const orderLines = (order: readonly OrderGroup[]): readonly string[] => columns(orderRows(order, ""), 4);

function orderRows(order: readonly OrderGroup[], prefix: string): (readonly string[])[] {
  return order.flatMap((group, index) => {
    const isLast = index === order.length - 1;
    return [[`${prefix}${branch(isLast)}Group #${index + 1}:`], ...memberRows(group, prefix + trunk(isLast))];
  });
}

const memberRows = (group: OrderGroup, prefix: string): (readonly string[])[] =>
  group.flatMap(({ id, version, optional, cyclic, groups }, index) => {
    const isLast = index === group.length - 1;
    const name = version === undefined ? id : `${id}@${version}`;
    const flags = `${optional ? "(optional)" : ""}${cyclic ? "[cyclic]" : ""}`;
    return [[`${prefix}${branch(isLast)}${name}`, flags], ...orderRows(groups, prefix + trunk(isLast))];
  });

const branch = (isLast: boolean): string => (isLast ? " └ " : " ├ ");
const trunk = (isLast: boolean): string => (isLast ? "   " : " │ ");

/** Formats modules as a table. */
export const moduleTable = (
  modules: readonly {
    readonly id: string;
    readonly name?: string;
    readonly version?: string;
    readonly homepage?: string;
  }[],
): readonly string[] =>
  columns([
    ["ID", "NAME", "VERSION", "HOMEPAGE"],
    ...modules.map(({ id, name, version, homepage }) => [id, name || "-", version || "-", homepage || "-"]),
  ]);
