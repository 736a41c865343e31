//! The native modules, `engine:fs` and others. `node/host.d.ts` describes their functions.

#[cfg(feature = "build")]
mod bzip2;
#[cfg(feature = "build")]
pub mod certificates;
pub mod child;
pub mod crypto;
#[cfg(feature = "build")]
mod decoders;
#[cfg(feature = "build")]
mod deflate;
pub mod fs;
pub mod loop_module;
#[cfg(feature = "build")]
pub mod net;
pub mod payload_module;
pub mod process;
#[cfg(feature = "build")]
mod signature;
pub mod text;
#[cfg(feature = "build")]
pub mod tls;
pub mod url;
#[cfg(feature = "build")]
pub mod zlib;

use rquickjs::{Ctx, Module, Result, module::Declared};

/// Declares a native module with the given functions and values.
macro_rules! native_module {
    ($name:ident { $($export:literal: $function:expr),* $(,)? } $(values { $($constant:literal: $value:expr),* $(,)? })?) => {
        pub struct $name;
        impl rquickjs::module::ModuleDef for $name {
            fn declare<'js>(module: &rquickjs::module::Declarations<'js>) -> rquickjs::Result<()> {
                $(module.declare($export)?;)*
                $($(module.declare($constant)?;)*)?
                Ok(())
            }
            fn evaluate<'js>(_: &rquickjs::Ctx<'js>, module: &rquickjs::module::Exports<'js>) -> rquickjs::Result<()> {
                $(module.export($export, rquickjs::prelude::Func::from($function))?;)*
                $($(module.export($constant, $value)?;)*)?
                Ok(())
            }
        }
    };
}
pub(crate) use native_module;

/// The module of that name, if it is one of the engine's.
pub fn declare<'js>(ctx: &Ctx<'js>, name: &str) -> Option<Result<Module<'js, Declared>>> {
    let ctx = ctx.clone();
    Some(match name {
        "engine:child" => Module::declare_def::<child::Child, _>(ctx, name),
        "engine:crypto" => Module::declare_def::<crypto::Crypto, _>(ctx, name),
        "engine:fs" => Module::declare_def::<fs::Fs, _>(ctx, name),
        "engine:loop" => Module::declare_def::<loop_module::Loop, _>(ctx, name),
        #[cfg(feature = "build")]
        "engine:net" => Module::declare_def::<net::Net, _>(ctx, name),
        "engine:payload" => Module::declare_def::<payload_module::Payload, _>(ctx, name),
        "engine:process" => Module::declare_def::<process::Process, _>(ctx, name),
        #[cfg(feature = "build")]
        "engine:signature" => Module::declare_def::<signature::Signature, _>(ctx, name),
        "engine:text" => Module::declare_def::<text::TextModule, _>(ctx, name),
        #[cfg(feature = "build")]
        "engine:tls" => Module::declare_def::<tls::Tls, _>(ctx, name),
        "engine:url" => Module::declare_def::<url::UrlModule, _>(ctx, name),
        #[cfg(feature = "build")]
        "engine:zlib" => Module::declare_def::<zlib::Zlib, _>(ctx, name),
        _ => return None,
    })
}
