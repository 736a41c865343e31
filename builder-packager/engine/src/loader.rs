//! Where modules come from: the engine itself, the payload, or files.

use crate::{host, payload};
use rquickjs::loader::ImportAttributes;
use rquickjs::{Ctx, Error, Module, Result, module::Declared};
use std::path::Path;

#[derive(Clone, Copy)]
pub enum Source {
    Payload,
    Files,
    /// Only compiles: quickjs asks for the imports of a module, but not what is in them.
    Nothing,
}

pub struct Resolver(pub Source);

impl rquickjs::loader::Resolver for Resolver {
    fn resolve<'js>(
        &mut self,
        _: &Ctx<'js>,
        base: &str,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        if name.starts_with("engine:") {
            return Ok(name.to_owned());
        }
        Ok(match self.0 {
            // names of chunks are unique without their directories
            Source::Payload if name.starts_with('.') => name.rsplit('/').next().unwrap_or(name).to_owned(),
            Source::Payload => name.to_owned(),
            Source::Files if name.starts_with('.') => {
                let path = Path::new(base).parent().unwrap_or(Path::new("")).join(name);
                std::fs::canonicalize(&path).unwrap_or(path).to_string_lossy().into_owned()
            }
            Source::Files | Source::Nothing => name.to_owned(),
        })
    }
}

pub struct Loader(pub Source);

impl rquickjs::loader::Loader for Loader {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        if let Some(module) = host::declare(ctx, name) {
            return module;
        }
        match self.0 {
            Source::Nothing => Module::declare(ctx.clone(), name, ""),
            Source::Payload => {
                if let Some(bytecode) = payload::file(name) {
                    // SAFETY: the packager has written it with this very engine; it is part of the program.
                    return unsafe { Module::load(ctx.clone(), bytecode) };
                }
                let source = payload::file(&format!("source:{name}")).ok_or_else(|| Error::new_loading(name))?;
                Module::declare(ctx.clone(), name, source)
            }
            Source::Files => {
                let source =
                    std::fs::read(name).map_err(|error| Error::new_loading_message(name, error.to_string()))?;
                Module::declare(ctx.clone(), name, source)
            }
        }
    }
}
