import type { Jar } from "@libcnb/java-app/jar";
import type { Manifest } from "@libcnb/java-app/manifest";
import type { Script } from "./scripts.ts";

/** An unpacked archive with a main class in a directory. */
export interface Unpacked {
  readonly kind: "unpacked";
  /** Relative to the app. */
  readonly dir: string;
  readonly manifest: Manifest;
  readonly mainClass: string;
}

/** An executable jar that stays one file. */
export interface WholeJar {
  readonly kind: "jar";
  readonly file: string;
  readonly jar: Jar;
}

/** A web app without its own server. Tomcat runs it. */
export interface War {
  readonly kind: "war";
  readonly dir: string;
  readonly manifest: Manifest | undefined;
}

/** The part of the app to start, as found in the app. */
export type FoundApp =
  | Unpacked
  | WholeJar
  | War
  | { readonly kind: "quarkus"; readonly dir: string }
  | { readonly kind: "distribution"; readonly script: Script };
