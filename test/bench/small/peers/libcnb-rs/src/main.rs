//! The twin of the TypeScript buildpack in this directory, with libcnb.rs.

use libcnb::build::{BuildContext, BuildResult, BuildResultBuilder};
use libcnb::data::build_plan::BuildPlanBuilder;
use libcnb::data::layer_name;
use libcnb::detect::{DetectContext, DetectResult, DetectResultBuilder};
use libcnb::generic::{GenericMetadata, GenericPlatform};
use libcnb::layer::UncachedLayerDefinition;
use libcnb::layer_env::{LayerEnv, ModificationBehavior, Scope};
use libcnb::{Buildpack, Error, buildpack_main};

struct Peer;

impl Buildpack for Peer {
    type Platform = GenericPlatform;
    type Metadata = GenericMetadata;
    type Error = std::io::Error;

    fn detect(&self, context: DetectContext<Self>) -> libcnb::Result<DetectResult, Self::Error> {
        if !context.app_dir.join("greeting.txt").exists() {
            return DetectResultBuilder::fail().build();
        }
        let plan = BuildPlanBuilder::new().provides("greeting").requires("greeting").build();
        DetectResultBuilder::pass().build_plan(plan).build()
    }

    fn build(&self, context: BuildContext<Self>) -> libcnb::Result<BuildResult, Self::Error> {
        let text = std::fs::read_to_string(context.app_dir.join("greeting.txt")).map_err(Error::BuildpackError)?;
        let definition = UncachedLayerDefinition { build: false, launch: true };
        let layer = context.uncached_layer(layer_name!("greeting"), definition)?;
        layer.write_env(LayerEnv::new().chainable_insert(
            Scope::Launch,
            ModificationBehavior::Override,
            "GREETING",
            text,
        ))?;
        BuildResultBuilder::new().build()
    }
}

buildpack_main!(Peer);
