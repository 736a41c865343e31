//! `engine:payload`: the files of the packager in the program.

use super::native_module;
use crate::payload;
use crate::value::{Out, Text};
use rquickjs::{Ctx, Module, Result};

native_module!(Payload { "readAsset": read_asset, "evaluate": evaluate });

fn read_asset(name: Text) -> Out {
    payload::file(&name.0).map_or(Out::Undefined, |bytes| Out::Bytes(bytes.to_vec()))
}

/// Loads and runs a module now, unless that has been done. Modules of the Node layer wait for nothing, so that what they register
/// is there when this returns.
fn evaluate(ctx: Ctx<'_>, name: Text) -> Result<()> {
    Module::import(&ctx, name.0).map(drop)
}
