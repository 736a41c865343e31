export {
  type BuildWith,
  type BuiltImage,
  buildImage,
  type TestBuild,
  type TestBuildSettings,
  type TestRebuild,
} from "./build-image.ts";
export { type Container, type ContainerOptions, container } from "./container.ts";
export { ImageBuildError } from "./image-build-error.ts";
export type { InspectedImage, InspectedProcess } from "./inspect.ts";
export type { ReadyWhen } from "./ready.ts";
export type { TestBase } from "./test-builder.ts";
