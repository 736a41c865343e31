import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../../../test/support/cnb.ts";
import { type EnginePart, engineParts } from "./engine.ts";

const parts = engineParts();
const named = (name: string) => parts.filter((part) => part.name === name);
const keyOf = ({ name, version }: Pick<EnginePart, "name" | "version">): string => `${name}@${version}`;

const lock = readFileSync(join(root, "builder-packager/engine/crates.lock"), "utf8");
const locked = Array.from(
  lock.matchAll(/^name = "(.+)"\nversion = "(.+)"$/gm),
  ([, name, version]) => `${name}@${version}`,
);
/** The crates that cargo links, without those of Rust's standard library. */
const crates = parts.filter((part) => part.purl.startsWith("pkg:cargo/") && locked.includes(keyOf(part)));

const isOnGitHub = (name: string): boolean => ["quickjs-ng", "zlib"].includes(name);

describe("the licence list of the small JavaScript engine", () => {
  test("has a text, an SPDX expression and a package URL for each component", () => {
    const incomplete = parts.filter(
      ({ texts, license, purl, name, version }) =>
        // a reference to a text elsewhere is shorter
        !texts.some((text) => text.length > 400) ||
        !/^[\w.() -]+$/.test(license) ||
        !/^pkg:(cargo|generic|github\/(quickjs-ng|madler))\//.test(purl) ||
        !purl.includes(`@${isOnGitHub(name) ? "v" : ""}${version}`),
    );
    expect(incomplete.map(keyOf)).toEqual([]);
    expect(new Set(parts.map(({ purl }) => purl)).size).toBe(parts.length);
  });

  test("covers the locked crates, quickjs-ng, zlib, musl and Rust's standard library", () => {
    const others = parts.filter((part) => !crates.includes(part)).map(({ name }) => name);
    expect(others).toEqual(["hashbrown", "libc", "musl", "quickjs-ng", "rust-std", "zlib"]);
    const manifest = readFileSync(join(root, "builder-packager/engine/Cargo.toml"), "utf8");
    const direct = Array.from(
      manifest.matchAll(/^([\w-]+) = (?:\{ version = )?"=([\d.]+)"/gm),
      ([, name, version]) => `${name}@${version}`,
    );
    expect(direct.length).toBeGreaterThan(10);
    expect(direct.filter((key) => !crates.map(keyOf).includes(key))).toEqual([]);
  });

  test("names the copyright holders of musl, quickjs-ng, zlib and Rust", () => {
    const text = (name: string) =>
      named(name)
        .flatMap(({ texts }) => texts)
        .join("\n");
    expect(text("musl")).toContain("Copyright © 2005-2020 Rich Felker");
    expect(text("quickjs-ng")).toContain("Fabrice Bellard");
    expect(text("zlib")).toContain("Jean-loup Gailly");
    expect(text("rust-std")).toContain("The Rust Project Developers");
    expect(text("rust-std")).toContain("UNICODE LICENSE V3");
    expect(text("ring")).toContain("fiat-crypto");
    expect(text("rquickjs-core")).toBe(text("rquickjs"));
  });

  test("contains all components of the engine for exec.d programs", () => {
    const launch = engineParts("launch-linux").map(keyOf);
    expect(launch.length).toBeLessThan(parts.length);
    expect(launch).toEqual(expect.arrayContaining(["musl@1.2.5", "rquickjs-sys@0.14.0"]));
    expect(launch).not.toContain(named("rustls").map(keyOf)[0]);
    expect(launch.filter((key) => !parts.map(keyOf).includes(key))).toEqual([]);
  });

  test("has as many crates as decision 0025 states", () => {
    const decision = readFileSync(join(root, "docs/decisions/0025-the-small-engine.md"), "utf8");
    expect(/(\d+)\s+crates/.exec(decision)?.[1]).toBe(String(crates.length));
  });
});
