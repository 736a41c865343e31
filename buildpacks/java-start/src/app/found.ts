import type { Jar } from "@libcnb/java-app/jar";
import type { Manifest } from "@libcnb/java-app/manifest";
import type { Script } from "./scripts.ts";

/** An archive with a main class that lies unpacked in a folder. */
export interface Unpacked {
  readonly kind: "unpacked";
  /** Relative to the app. */
  readonly dir: string;
  readonly manifest: Manifest;
  readonly mainClass: string;
}

/** A jar that starts, as one file. */
export interface WholeJar {
  readonly kind: "jar";
  readonly file: string;
  readonly jar: Jar;
}

/** An app without a server of its own: Tomcat runs it. */
export interface War {
  readonly kind: "war";
  readonly dir: string;
  readonly manifest: Manifest | undefined;
}

/** What starts, as it lies in the app. */
export type Found =
  | Unpacked
  | WholeJar
  | War
  | { readonly kind: "quarkus"; readonly dir: string }
  | { readonly kind: "distribution"; readonly script: Script };
