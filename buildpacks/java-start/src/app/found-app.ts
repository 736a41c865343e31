import type { Jar } from "@libcnb/java-app/jar";
import type { Manifest } from "@libcnb/java-app/manifest";
import type { Script } from "./scripts.ts";

/** An unpacked archive with a main class in a directory. */
export interface UnpackedArchive {
  readonly kind: "unpacked";
  /** The directory relative to the app. */
  readonly dir: string;
  readonly manifest: Manifest;
  readonly mainClass: string;
}

/** An executable jar that remains a single file. */
export interface WholeJar {
  readonly kind: "jar";
  readonly file: string;
  readonly jar: Jar;
}

/** A web app without a server of its own, which Tomcat runs. */
export interface War {
  readonly kind: "war";
  readonly dir: string;
  readonly manifest: Manifest | undefined;
}

/** The part of the app to start: its kind, its path, and what is known of its content. */
export type FoundApp =
  | UnpackedArchive
  | WholeJar
  | War
  | { readonly kind: "quarkus"; readonly dir: string }
  | { readonly kind: "distribution"; readonly script: Script };
